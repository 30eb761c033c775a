import { describe, expect, test } from '@jest/globals';
import { type BatchContext, type BatchOptions, batch } from 'cistern';
import { JobBench } from '../support/job-bench.ts';

const MINUTE = 60_000;

/** A batch whose handler is the test's. */
function bench(
  handler: (context: BatchContext<number>, world: JobBench) => unknown,
  change: Partial<BatchOptions<number>> = {},
) {
  const world: JobBench = new JobBench(
    batch<number>({
      name: 'beating',
      maxSize: 2,
      maxWaitMs: MINUTE,
      retries: { max: 3, baseDelay: 10 },
      lockTtlMs: 6_000,
      ...change,
      handler: context => handler(context, world),
    }),
  );
  return world;
}

describe('a run’s lock', () => {
  test('is renewed every heartbeatMs, so that a handler that runs for minutes and says nothing is not taken for dead', async () => {
    let taken = 0;
    const world = bench(async ({ id }, { clock, store }) => {
      for (let passed = 0; passed < 10 * MINUTE; passed += 2_000) {
        await clock.sleep(2_000);
        const now = clock.now();
        const claim = {
          by: 'another',
          batch: 'beating',
          now,
          lockedUntil: now + 1,
          maxAttempts: 4,
          tags: [],
        };
        if ((await store.jobs.claim(id, claim)).outcome !== 'busy') taken += 1;
      }
    });
    const id = await world.flushed(1);
    await world.deliver();
    expect(taken).toBe(0);
    expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('is renewed with its message’s visibility', async () => {
    const hidden: number[] = [];
    const world = bench(async (_, { clock, queues }) => {
      queues.hidden.length = 0;
      for (let beats = 0; beats < 5; beats++) await clock.sleep(2_000);
      hidden.push(...queues.hidden);
    });
    await world.flushed(1);
    await world.deliver();
    expect(hidden).toEqual([6, 6, 6, 6, 6]);
  });

  test('lapses after lockTtlMs without a word: the batch runs again, and its first attempt has died', async () => {
    const attempts: number[] = [];
    const world = bench(({ attempt }) => void attempts.push(attempt));
    const id = await world.flushed(1);
    // a process that dies as soon as it has claimed the job
    const now = world.clock.now();
    const claim = { by: 'dead', batch: 'beating', now, lockedUntil: now + 6_000, maxAttempts: 4, tags: [] };
    await world.store.jobs.claim(id, claim);
    expect((await world.deliver()).result).toBe('again');
    expect(attempts).toEqual([]);
    world.clock.advance(6_001);
    await world.deliver();
    expect(attempts).toEqual([2]);
    expect((await world.job(id)).attempts).toMatchObject([
      { attempt: 1, outcome: 'died', error: { name: 'ProcessDiedError' } },
      { attempt: 2, outcome: 'succeeded' },
    ]);
  });

  test('that another run has taken aborts the signal, and what the first run comes to counts for nothing', async () => {
    let aborted = false;
    const world = bench(async ({ id, signal, attempt }, { clock, store }) => {
      if (attempt > 1) return;
      const now = clock.now() + 10_000;
      await store.jobs.claim(id, {
        by: 'another',
        batch: 'beating',
        now,
        lockedUntil: now + MINUTE,
        maxAttempts: 4,
        tags: [],
      });
      await clock.sleep(2_000);
      await clock.sleep(0);
      aborted = signal.aborted;
    });
    const id = await world.flushed(1);
    expect((await world.deliver()).result).toBe('again');
    expect(aborted).toBe(true);
    expect(await world.job(id)).toMatchObject({ status: 'active', attempt: 2 });
  });
});

describe('ordered', () => {
  /** Two windows of one group, the first of which dies at once. */
  function twoWindows(second: (world: JobBench) => unknown) {
    const log: string[] = [];
    const world: JobBench = bench(
      async ({ batch: items }) => {
        log.push(`begin ${items}`);
        if (items.includes(1) && log.length === 1) throw new Error('no');
        if (items.includes(3)) await second(world);
        log.push(`end ${items}`);
      },
      { ordered: true, retries: { max: 0 } },
    );
    return { world, log };
  }

  test('the second window’s message, come too early, is let go, and sent again by whoever ends the first', async () => {
    const { world, log } = twoWindows(() => {});
    await world.deployment.add(world.definition, [1, 2, 3, 4]);
    const [first, second] = world.queues.jobs.splice(0);
    if (first && second) world.queues.jobs.push(second, first);
    expect((await world.deliver()).result).toBe('done');
    expect(log).toEqual([]);
    await world.deliver();
    await world.deliver();
    expect(log).toEqual(['begin 1,2', 'begin 3,4', 'end 3,4']);
  });

  test('a redriven window does not run beside the one behind it', async () => {
    const { world, log } = twoWindows(async ({ operations, queues }) => {
      const { jobs } = await operations.getJobs({ status: 'failed' });
      await operations.redrive(jobs[0]?.id ?? '');
      queues.jobs.reverse();
      await world.deliver();
    });
    await world.deployment.add(world.definition, [1, 2, 3, 4]);
    await world.deliver();
    await world.deliver();
    expect(log.slice(0, 3)).toEqual(['begin 1,2', 'begin 3,4', 'end 3,4']);
  });
});

describe('a handler is not called', () => {
  function late(change: Partial<BatchOptions<number>>) {
    const seen: (readonly number[])[] = [];
    const world = new JobBench(
      batch<number>({
        name: 'late',
        maxSize: 5,
        maxWaitMs: 60_000,
        retries: { max: 1 },
        handler: ({ batch: items }) => void seen.push(items),
        ...change,
      }),
    );
    return { world, seen };
  }

  test('by a run that lost its lock while beforeFlush ran: it does not know what the batch is', async () => {
    let during = async (): Promise<unknown> => undefined;
    const { world, seen } = late({
      hooks: {
        beforeFlush: async items => {
          await during();
          return items.filter(item => item > 1);
        },
      },
    });
    const id = await world.flushed(1, 2, 3);
    during = async () => {
      const now = world.clock.now() + 40_000;
      const claim = {
        by: 'another',
        batch: world.definition.name,
        now,
        lockedUntil: now + 30_000,
        maxAttempts: 2,
        tags: [],
      };
      expect((await world.store.jobs.claim(id, claim)).outcome).toBe('claimed');
    };
    expect((await world.deliver()).result).toBe('again');
    expect(seen).toEqual([]);
    expect(await world.job(id)).toMatchObject({ status: 'active', attempt: 2 });
  });

  test('when beforeFlush has taken all the time there was: the attempt has timed out', async () => {
    let advance = (): void => {};
    const { world, seen } = late({
      timeout: 1_000,
      hooks: {
        beforeFlush: items => {
          advance();
          return items;
        },
      },
    });
    const id = await world.flushed(1, 2, 3);
    advance = () => world.clock.advance(1_001);
    await world.deliver();
    expect(seen).toEqual([]);
    expect((await world.job(id)).attempts).toMatchObject([
      { outcome: 'timed out', error: { message: 'timed out after 1000 ms' } },
    ]);
    advance = () => {};
    world.clock.advance(5_000);
    await world.deliver();
    expect(seen).toEqual([[1, 2, 3]]);
  });
});
