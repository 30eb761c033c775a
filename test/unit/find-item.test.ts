import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { findItem } from '#lib/control/find-item';
import type { Definition } from '#lib/definition/options';
import { MemoryWork } from '../support/memory-work.ts';

interface Order {
  readonly id: string;
  readonly shop: string;
}

function stage(ttlMs?: number) {
  const definition = batch<Order>({
    name: 'orders',
    maxSize: 3,
    maxWaitMs: 60_000,
    groupBy: ({ shop }) => shop,
    deduplicateBy: ttlMs === undefined ? ({ id }) => id : { key: ({ id }) => id, ttlMs },
    shards: 2,
    handler: () => {},
  });
  const work = new MemoryWork([definition]);
  const find = (key: string, more: { group?: string; cursor?: string } = { group: 'a' }) =>
    findItem(work.memory.deployment.services, definition as unknown as Definition, { key, ...more });
  return { work, definition, find, operations: work.of<Order>(definition) };
}

test('an item is found by its dedup key while it is buffered, and in each batch that it was in', async () => {
  const { work, definition, find, operations } = stage();
  const add = async (id: string, shop = 'a') => {
    const [receipt] = await work.add(definition, [{ id, shop }]);
    return { job: receipt?.job, slot: receipt?.slot };
  };
  const first = await add('x');
  await add('y');
  await add('x', 'b');
  expect((await find('x')).places).toEqual([{ ...first, buffered: true }]);
  await operations.flush();
  await work.runJobs();
  const second = await add('x');
  const { places, looked, cursor } = await find('x');
  expect(places).toHaveLength(2);
  expect(places).toEqual(
    expect.arrayContaining([
      { ...second, buffered: true },
      { ...first, buffered: false },
    ]),
  );
  expect(looked).toBeGreaterThan(0);
  expect(cursor).toBeUndefined();
  expect((await find('nothing')).places).toEqual([]);
});

test('a key that is remembered leads to its batch, whatever number of jobs came after it', async () => {
  const { work, definition, find, operations } = stage(3_600_000);
  const [receipt] = await work.add(definition, [{ id: 'x', shop: 'a' }]);
  await operations.flush();
  const { jobs } = work.memory.deployment.services.store;
  jobs.list = async () => [];
  expect((await find('x')).places).toEqual([{ job: receipt?.job, slot: receipt?.slot, buffered: false }]);
});

test('a batch without markers of keys, and a missing group, are refused', async () => {
  const { find } = stage();
  await expect(find('x', {})).rejects.toMatchObject({ code: 'request.malformed' });
  const plain = batch({ name: 'plain', maxSize: 3, maxWaitMs: 60_000, handler: () => {} });
  const work = new MemoryWork([plain]);
  const { services } = work.memory.deployment;
  await expect(findItem(services, plain as unknown as Definition, { key: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining(
      'Items of batch plain cannot be found by a key: it has no deduplicateBy.',
    ),
  });
});
