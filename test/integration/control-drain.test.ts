import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { beside } from '../support/beside.ts';
import { Judge } from '../support/judge.ts';
import { until } from '../support/until.ts';

interface Item {
  readonly id: string;
}

const MAX_SIZE = 10;
const judge = new Judge();

const busy = batch<Item>({
  name: 'busy',
  maxSize: MAX_SIZE,
  maxWaitMs: 60_000,
  shards: 2,
  handler: async context => {
    await new Promise(resolve => setTimeout(resolve, 5));
    judge.handler(context);
  },
});
describe('drain', () => {
  let local: Local;
  const others: Deployment[] = [];
  beforeAll(async () => {
    local = await startLocal({ batches: [busy], port: 0 });
    others.push(beside(local), beside(local));
  });
  afterAll(async () => {
    await Promise.all(others.map(other => other.close()));
    await local.stop();
  });

  test('under load: what was there is done, what comes in meanwhile stays, nothing is lost', async () => {
    const producers = [local.deployment, ...others];
    const receipts = new Map<string, string>();
    let adding = true;
    const producing = producers.map(async (deployment, who) => {
      for (let next = 0; adding; next++) {
        const id = `${who} ${next}`;
        const [receipt] = await deployment.add(busy as unknown as Definition, [{ id }]);
        if (receipt === undefined) continue;
        judge.acknowledge(id, receipt);
        receipts.set(id, receipt.job);
      }
    });
    await until('all of them have added some', () => receipts.size > 60);

    const before = [...receipts.keys()];
    const report = await busy.drain({ timeoutMs: 60_000 });
    expect(report).toMatchObject({ state: 'drained', failed: 0, dead: 0 });
    expect(report.left).toBeUndefined();
    const after = await busy.status();
    expect(after).toMatchObject({ paused: true, draining: false });
    expect(after.jobs).toMatchObject({ waiting: 0, active: 0, retrying: 0, parked: 0, failed: 0, dead: 0 });
    const done = new Set(judge.batches.flat());
    expect(before.filter(id => !done.has(id))).toEqual([]);
    for (const id of before.slice(-20)) {
      expect(await busy.getJob(receipts.get(id) ?? '')).toMatchObject({ status: 'completed' });
    }

    const meanwhile = receipts.size;
    await until('they go on adding', () => receipts.size > meanwhile + 10);
    adding = false;
    await Promise.all(producing);
    expect(new Set(judge.batches.flat()).size).toBe(done.size);
    const kept = receipts.size - done.size;
    expect(kept).toBeGreaterThan(10);
    expect(await busy.getBufferSize()).toBe(kept);

    await busy.resume();
    await busy.flush();
    await until('the rest came out', () => judge.batches.flat().length === receipts.size);
    expect(judge.verdict(MAX_SIZE)).toEqual([]);
  });
});
