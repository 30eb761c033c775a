import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { readWindow } from '#lib/buffer/read';
import { until } from '../support/until.ts';

interface Item {
  readonly id: number;
  readonly until?: number;
}

describe('a handler that throws', () => {
  const attempts: { readonly attempt: number; readonly items: readonly Item[] }[] = [];
  /** Fails until the attempt that its first item names. */
  const failing = batch<Item>({
    name: 'failing',
    maxSize: 2,
    maxWaitMs: 60_000,
    groupBy: item => String(item.until),
    tags: ['test'],
    retries: { max: 2, baseDelay: 1_000 },
    deadLetter: { enabled: true },
    handler: ({ batch: items, attempt }) => {
      attempts.push({ attempt, items });
      if (attempt < (items[0]?.until ?? Number.POSITIVE_INFINITY))
        throw new Error(`attempt ${attempt} failed`);
    },
  });
  let local: Local;
  beforeAll(async () => {
    local = await startLocal({ batches: [failing], port: 0 });
  });
  afterAll(() => local.stop());

  const job = (id: string) => local.deployment.services.store.jobs.readJob(id);

  test('is called again with the same items, and its job completes when it returns', async () => {
    const items = [
      { id: 1, until: 2 },
      { id: 2, until: 2 },
    ];
    const [receipt] = await failing.addBulk(items);
    const id = receipt?.job ?? '';
    await until('it completed', async () => (await job(id))?.status === 'completed');
    expect(attempts.filter(run => run.items[0]?.until === 2)).toEqual([
      { attempt: 1, items },
      { attempt: 2, items },
    ]);
    expect(await job(id)).toMatchObject({ attempts: 2, items: 2, reason: 'size', tags: ['test'] });
  });

  test('for good: after the last attempt the job is dead, and keeps its items and its error', async () => {
    const items = [{ id: 3 }, { id: 4 }];
    const [receipt] = await failing.addBulk(items);
    const id = receipt?.job ?? '';
    await until('it is dead', async () => (await job(id))?.status === 'dead');
    expect(attempts.filter(run => run.items[0]?.id === 3).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await job(id)).toMatchObject({
      attempts: 3,
      error: { name: 'Error', message: 'attempt 3 failed' },
    });
    expect((await readWindow(local.deployment.services, id, 2)).items).toEqual(items);
  });
});
