import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { hashKey } from '#lib/hashing/key-hash';
import { runTicker } from '#lib/recovery/ticker';
import { dedupKey } from '#lib/store/dedup-key';
import { jobKey } from '#lib/store/keys';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

interface Item {
  readonly id: string;
}

const DAY = 86_400_000;

test('nothing of a paused batch expires in four months: neither what is buffered nor what is parked', async () => {
  const judges = [new Judge(), new Judge()] as const;
  const kept = batch<Item>({
    name: 'kept',
    maxSize: 3,
    maxWaitMs: 60_000,
    deduplicateBy: ({ id }) => id,
    handler: judges[0].handler,
  }) as unknown as Definition;
  const memory = batch<Item>({
    name: 'memory',
    maxSize: 2,
    maxWaitMs: 60_000,
    persist: false,
    handler: judges[1].handler,
  }) as unknown as Definition;
  const world = new World([kept, memory]);
  const { healthy, clock } = world;
  const add = async (definition: Definition, ...ids: string[]) => {
    const receipts = await healthy.add(
      definition,
      ids.map(id => ({ id })),
    );
    receipts.forEach((receipt, at) => {
      judges[definition === kept ? 0 : 1].acknowledge(ids[at] ?? '', receipt);
    });
    return receipts.map(({ job }) => job);
  };
  const operations = [kept, memory].map(definition => operationsOf(healthy, definition));

  const jobs = new Set(await add(kept, 'a', 'b', 'c'));
  for (const each of operations) await each.pause();
  clock.advance(1_001);
  for (const job of await add(memory, 'x', 'y')) jobs.add(job);
  await healthy.memory.flush('size');
  await world.runJobs();
  // more than a window, so that what is held back is in two of them
  for (const job of await add(kept, 'd', 'e', 'f', 'g')) jobs.add(job);
  expect(jobs.size).toBe(4);

  const { table } = world;
  const soonest = async () => {
    const records = await Promise.all(
      [...jobs].map(async job => {
        const all = await table.partition(jobKey(job).pk, ['sk', 'expires']);
        // the dedup markers of a window that is sealed have done their work
        const isSealed = all.some(({ sk }) => sk === jobKey(job).sk);
        return all.filter(({ sk }) => String(sk).startsWith('slot|') || !isSealed);
      }),
    );
    expect(records.every(({ length }) => length > 0)).toBe(true);
    return Math.min(...records.flat().map(({ expires }) => Number(expires))) * 1_000;
  };
  for (let days = 0; days < 120; days += 10) {
    clock.advance(10 * DAY);
    await runTicker(healthy.services, clock.now() + 1, { tickIntervalMs: 1 });
    await world.fireTimers();
    await world.runJobs();
    expect(await soonest()).toBeGreaterThan(clock.now() + 10 * DAY);
  }
  expect(judges.flatMap(({ batches }) => batches)).toEqual([]);
  expect((await operations[0]?.status())?.jobs).toMatchObject({ parked: 1, waiting: 0 });

  for (const each of operations) await each.resume();
  await world.runJobs();
  expect(judges[0].batches.map(({ length }) => length).sort()).toEqual([1, 3, 3]);
  expect(judges[1].batches).toEqual([['x', 'y']]);
  for (const judge of judges) expect(judge.verdict(3)).toEqual([]);
  for (const job of jobs) {
    expect(await healthy.services.store.jobs.readJob(job)).toMatchObject({
      status: 'completed',
      attempts: 1,
    });
  }
  expect(await world.leftBehind()).toEqual([]);
  await world.stop();
});

test('a deduplicateBy that can no longer take what is buffered is not asked: its key is remembered too', async () => {
  const judge = new Judge();
  let changed = false;
  const kept = batch<Item>({
    name: 'changed',
    maxSize: 3,
    maxWaitMs: 60_000,
    deduplicateBy: {
      key: ({ id }) => {
        if (changed && id === 'old') throw new Error('not my kind of item');
        return id;
      },
      ttlMs: 60_000,
    },
    handler: judge.handler,
  }) as unknown as Definition;
  const world = new World([kept]);
  const { healthy, clock } = world;
  await operationsOf(healthy, kept).pause();
  clock.advance(1_001);
  const [receipt] = await healthy.add(kept, [{ id: 'old' }, { id: 'new' }]);
  changed = true;
  const { table } = world;
  for (let days = 0; days < 60; days += 10) {
    clock.advance(10 * DAY);
    await runTicker(healthy.services, clock.now() + 1, { tickIntervalMs: 1 });
  }
  const scope = { batch: 'changed', group: undefined };
  const expiries = [
    ...(await table.partition(jobKey(receipt?.job ?? '').pk, ['sk', 'expires'])),
    ...(await table.getAll(['old', 'new'].map(key => dedupKey(scope, hashKey(key))))),
  ];
  expect(expiries).toHaveLength(3);
  for (const { expires } of expiries) expect(Number(expires) * 1_000).toBeGreaterThan(clock.now() + 10 * DAY);
  const [again] = await healthy.add(kept, [{ id: 'new' }]);
  expect(again).toMatchObject({ duplicate: true });
  await world.stop();
});

test('a key that is remembered beyond its window is not forgotten while that is open, however long it is paused', async () => {
  const judge = new Judge();
  const kept = batch<Item>({
    name: 'remembered',
    maxSize: 3,
    maxWaitMs: 60_000,
    deduplicateBy: { key: ({ id }) => id, ttlMs: 60_000 },
    handler: judge.handler,
  }) as unknown as Definition;
  const world = new World([kept]);
  const { healthy, clock } = world;
  const operations = operationsOf(healthy, kept);
  await operations.pause();
  clock.advance(1_001);
  await healthy.add(kept, [{ id: 'a' }, { id: 'b' }]);
  const { table } = world;
  const scope = { batch: 'remembered', group: undefined };
  const marker = dedupKey(scope, hashKey('a'));
  for (let days = 0; days < 120; days += 10) {
    clock.advance(10 * DAY);
    await runTicker(healthy.services, clock.now() + 1, { tickIntervalMs: 1 });
    const record = await table.get(marker);
    expect(Number(record?.['expires']) * 1_000).toBeGreaterThan(clock.now() + 10 * DAY);
  }
  const [again] = await healthy.add(kept, [{ id: 'a' }]);
  expect(again).toMatchObject({ slot: 0, duplicate: true });
  await operations.resume();
  await world.runJobs();
  expect(judge.batches).toEqual([['a', 'b']]);
  await world.stop();
});
