import { describe, expect, test } from '@jest/globals';
import { batch, NewerSchemaError } from 'cistern';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import type { Definition } from '#lib/definition/options';
import { measureBatch } from '#lib/jobs/measure-batch';
import { runTicker } from '#lib/recovery/ticker';
import type { Job } from '#lib/store/job';
import { FLUSH_METRICS, type Measured } from '#lib/telemetry/metrics';
import { JobBench } from '../support/job-bench.ts';

interface Item {
  readonly id: string;
}

function scene(options: object = {}, handler: () => unknown = () => {}) {
  const measured: (readonly [string, Measured])[] = [];
  const bench = new JobBench(
    batch<Item>({ name: 'measured', maxSize: 3, maxWaitMs: 10_000, handler, ...options }),
    {
      measure: (name, values) => {
        measured.push([name, values]);
      },
    },
  );
  const { clock, deployment, definition } = bench;
  const add = (...ids: string[]) =>
    deployment.add(
      definition,
      ids.map(id => ({ id })),
    );
  const tick = () => runTicker(deployment.services, clock.now() + 1, { tickIntervalMs: 1 });
  /** All that was measured of a batch since anybody asked, summed up. */
  const sums = (batchName = 'measured'): Measured => {
    const all: Record<string, number> = {};
    const own = measured.splice(0).filter(([name]) => name === batchName);
    for (const [name, value] of own.flatMap(([, values]) => Object.entries(values))) {
      all[name] = (all[name] ?? 0) + value;
    }
    return all;
  };
  return { bench, add, tick, sums };
}

test.each(FLUSH_REASONS)('a batch that was flushed for the reason %s is counted under it', reason => {
  const measured: Measured[] = [];
  const measure = (_: string, values: Measured) => measured.push(values);
  const job = {
    batch: 'measured',
    attempts: 1,
    redrives: 0,
    reason,
    sealedAt: 1_500,
    deadline: 1_000,
    startedAt: 2_500,
  };
  const window = { items: [{ number: 0, item: 1 }], dropped: 0, bytes: 3, traces: [] };
  measureBatch({ measure } as never, job as Job, window);
  expect(measured).toEqual([
    {
      [FLUSH_METRICS[reason]]: 1,
      BatchSize: 1,
      BatchBytes: 3,
      StartDelay: 1_000,
      // only what was to be flushed by then can be late
      ...(reason === 'time' && { FlushLateness: 500 }),
    },
  ]);
  for (const later of [{ attempts: 2 }, { redrives: 1 }]) {
    measureBatch({ measure } as never, { ...job, ...later } as Job, window);
  }
  expect(measured).toHaveLength(1);
});

test('a clock that is behind another makes no time negative', () => {
  const measured: Measured[] = [];
  const job = {
    batch: 'measured',
    attempts: 1,
    redrives: 0,
    reason: 'time',
    sealedAt: 5,
    deadline: 9,
    startedAt: 1,
  };
  const window = { items: [], dropped: 0, bytes: 2, traces: [] };
  measureBatch(
    { measure: (_: string, values: Measured) => measured.push(values) } as never,
    job as never,
    window,
  );
  expect(measured).toEqual([expect.objectContaining({ StartDelay: 0, FlushLateness: 0 })]);
});

test('items are counted as their receipts have them; without dedup keys no metric of duplicates is paid for', async () => {
  const plain = scene();
  await plain.add('a', 'a');
  expect(plain.sums()).toEqual({ ItemsAdded: 2 });
  const keyed = scene({ deduplicateBy: ({ id }: Item) => id });
  await keyed.add('a', 'a');
  await keyed.add('a', 'b');
  expect(keyed.sums()).toEqual({ ItemsAdded: 2, ItemsDuplicate: 2 });
});

describe('what the ticker puts right', () => {
  test('a window whose timer was lost, and a job whose message was', async () => {
    const { bench, add, tick, sums } = scene();
    await add('a');
    bench.queues.timers.length = 0;
    bench.clock.advance(15_000);
    sums();
    await tick();
    expect(sums()).toEqual({ OldestItemAge: 15_000, Recoveries: 1 });
    bench.queues.jobs.length = 0;
    bench.clock.advance(3_600_000);
    await tick();
    expect(sums()).toEqual({ OldestItemAge: 3_615_000, Recoveries: 1 });
    await bench.deliver();
    sums();
    await tick();
    expect(sums()).toEqual({});
  });
});

describe('the age of a batch’s oldest item', () => {
  test('is not hidden by another batch that has many jobs', async () => {
    const { bench, add, tick, sums } = scene();
    const busy = batch<Item>({ name: 'busy', maxSize: 1, maxWaitMs: 10_000, handler: () => {} });
    bench.deployment.know([busy as unknown as Definition]);
    await add('a', 'b', 'c');
    for (let hours = 0; hours < 6; hours++) {
      bench.clock.advance(3_600_000);
      await tick();
    }
    await bench.deployment.add(
      busy as unknown as Definition,
      Array.from({ length: 150 }, (_, i) => ({ id: String(i) })),
    );
    bench.clock.advance(60_000);
    sums('busy');
    await tick();
    expect(sums()).toMatchObject({ OldestItemAge: 6 * 3_600_000 + 60_000 });
  });

  test('is not hidden by what a later version has stored', async () => {
    const { bench, add, tick, sums } = scene({ groupBy: ({ id }: Item) => id });
    await add('a', 'newer');
    const { readHeads } = bench.store.heads;
    bench.store.heads.readHeads = async buffers => {
      if (buffers.some(({ group }) => group === 'newer')) throw new NewerSchemaError('head', 2, 1);
      return readHeads.call(bench.store.heads, buffers);
    };
    bench.clock.advance(1_000);
    sums();
    await tick();
    expect(sums()).toEqual({ OldestItemAge: 1_000 });
  });
});

test('a handler that never returns is measured when its time is up', async () => {
  let begun = () => {};
  const isBegun = new Promise<void>(resolve => {
    begun = resolve;
  });
  const { bench, add, sums } = scene({ timeout: 5_000 }, () => {
    begun();
    return new Promise(() => {});
  });
  await add('a', 'b', 'c');
  void bench.deliver();
  await isBegun;
  sums();
  bench.clock.advance(5_000);
  expect(sums()).toEqual({ HandlerDuration: 5_000 });
});

test('slots that no writer came for are counted by who closed them', async () => {
  const { bench, add, sums } = scene();
  const { store, clock } = bench.deployment.services;
  const opening = { cap: 3, waitMs: 10_000, now: clock.now(), by: 'a writer that dies', ordered: false };
  await store.heads.reserve({ batch: 'measured', group: undefined, shard: 0 }, 2, 0, opening);
  await add('a');
  await bench.deliver();
  expect(sums()).toMatchObject({ SlotsFenced: 2, BatchSize: 1, BatchesCompleted: 1 });
});

test('a window that the throttle holds back is counted once, not at each look', async () => {
  const { add, sums } = scene({ throttle: { max: 1, duration: 60_000 } });
  await add('a', 'b', 'c');
  await add('d', 'e', 'f');
  await add('g');
  expect(sums()).toEqual({ ItemsAdded: 7, FlushesThrottled: 1 });
});

test('a batch whose process dies in its only attempt is dead', async () => {
  const { bench, add, sums } = scene({ deadLetter: { enabled: true } });
  await add('a', 'b', 'c');
  const [message] = bench.queues.jobs;
  const { services } = bench.deployment;
  const now = bench.clock.now();
  await services.store.jobs.claim(message?.message.job ?? '', {
    by: 'a process that dies',
    batch: bench.definition.name,
    now,
    lockedUntil: now + 30_000,
    maxAttempts: 1,
    tags: [],
  });
  bench.clock.advance(60_000);
  // the message comes again, and finds no attempt left
  await bench.deliver();
  expect(sums()).toEqual({ ItemsAdded: 3, BatchesDead: 1 });
});
