import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { runTicker } from '#lib/recovery/ticker';
import { JobBench } from '../support/job-bench.ts';

const HOUR = 3_600_000;

const bench = (change: Partial<BatchOptions<number>>): JobBench =>
  new JobBench(
    batch<number>({ name: 'once', maxSize: 2, maxWaitMs: 24 * HOUR, handler: () => {}, ...change }),
  );

describe('what has gone wrong once, and may not again', () => {
  test('a process that died before it woke the next in line has it woken by its message, come again', async () => {
    const seen: (readonly number[])[] = [];
    const world = bench({ ordered: true, handler: ({ batch: items }) => void seen.push(items) });
    await world.deployment.add(world.definition, [1, 2, 3, 4]);
    const [first, second] = world.queues.jobs.splice(0);
    if (first === undefined || second === undefined) throw new Error('There are two jobs.');
    world.queues.jobs.push(second, first);
    // the second comes too early, and waits for the first to end
    expect((await world.deliver()).result).toBe('done');
    const { sendJob } = world.queues;
    world.queues.sendJob = async () => {
      throw new Error('The process died.');
    };
    expect((await world.deliver()).result).toBe('done');
    world.queues.sendJob = sendJob;
    expect(world.queues.jobs).toEqual([]);

    world.queues.jobs.push(first);
    expect((await world.deliver()).result).toBe('done');
    expect((await world.deliver()).result).toBe('done');
    expect(seen).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test('a throttled window is in the due index for when it may flush, though its deadline is far and no timer reaches', async () => {
    const world = bench({ throttle: { max: 1, duration: HOUR } });
    await world.deployment.add(world.definition, [1, 2]);
    await world.deployment.add(world.definition, [3, 4]);
    expect(world.queues.jobs).toHaveLength(1);
    const [head] = [...world.store.allHeads().values()];
    expect(head?.open?.deadline).toBeGreaterThan(world.clock.now() + 23 * HOUR);
    expect(head?.dueAt).toBeLessThanOrEqual(world.clock.now() + HOUR);
  });

  test('an attempt whose process died is told of, however many attempts there were before', async () => {
    const told: string[] = [];
    const world = bench({
      retries: { max: 24, strategy: 'fixed', baseDelay: 0 },
      hooks: { onFail: (_, error) => void told.push(error.message) },
      handler: () => {
        throw new Error('no');
      },
    });
    const id = await world.flushed(1, 2);
    for (let attempt = 1; attempt <= 24; attempt++) await world.deliver();
    const now = world.clock.now();
    const died = {
      by: 'a process that dies',
      batch: world.definition.name,
      now,
      lockedUntil: now + 1,
      maxAttempts: 25,
      tags: [],
    };
    expect((await world.store.jobs.claim(id, died)).outcome).toBe('claimed');
    world.clock.advance(1_000);
    expect((await world.deliver()).result).toBe('done');
    const message = 'the process died or was stopped in attempt 25';
    expect(await world.job(id)).toMatchObject({ status: 'failed', error: { message } });
    expect(told.at(-1)).toBe(message);
    expect(told).toHaveLength(25);
  });

  test('an aged job whose queue is gone is given its life once, not at every look', async () => {
    const world = bench({});
    await world.deployment.add(world.definition, [1, 2]);
    const { services } = world.deployment;
    let prolonged = 0;
    const { keepSlots } = world.store.retention;
    world.store.retention.keepSlots = async (...given) => {
      const kept = await keepSlots.apply(world.store.retention, given);
      prolonged += kept.filter(({ isProlonged }) => isProlonged).length;
      return kept;
    };
    world.queues.sendJob = async () => {
      throw new Error('There is no such queue.');
    };
    world.clock.advance(20 * 24 * HOUR);
    for (let look = 0; look < 5; look++) {
      await runTicker(services, world.clock.now() + 1, { tickIntervalMs: 1 });
      world.clock.advance(60_000);
    }
    expect(prolonged).toBe(1);
  });
});
