import { describe, expect, test } from '@jest/globals';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import { takePermits } from '#lib/limits/permits';
import { runTicker } from '#lib/recovery/ticker';
import { lagging, PauseScene, PROMISED_MS } from '../support/pause-scene.ts';

/** Whatever is held back goes on once the batch is resumed, so that the pause and nothing else has held it. */
async function goesOn(scene: PauseScene, jobs: number): Promise<void> {
  await scene.clock.pass(30_000);
  expect(scene.tooLate()).toEqual([]);
  await scene.clock.until(scene.operations.resume());
  const ticker = scene.process();
  for (let minute = 0; minute < 4; minute++) {
    scene.fireTimers();
    await scene.clock.pass(30_000);
    await scene.clock.until(runTicker(ticker.services, scene.clock.now() + 1));
  }
  expect(scene.ended()).toBe(jobs);
}

describe('a pause holds two seconds after it has returned', () => {
  test('jobs that wait for a permit', async () => {
    const scene = new PauseScene({ concurrency: 1 }, ({ clock }) => clock.sleep(3_000));
    await scene.add('a', 'b', 'c');
    for (let consumer = 0; consumer < 3; consumer++) scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 3);
  });

  test('jobs that wait for a dead run’s permit', async () => {
    const scene = new PauseScene({ concurrency: 1, lockTtlMs: 6_000, heartbeatMs: 2_000 });
    const { services } = scene.process();
    const dead = { definition: scene.definition, group: undefined, by: 'dead run' };
    await scene.clock.until(takePermits(services, dead));
    await scene.add('a');
    scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 1);
  });

  test('jobs that wait in line for the one before', async () => {
    const scene = new PauseScene({ ordered: true }, ({ clock }) => clock.sleep(3_000));
    await scene.add('a');
    await scene.add('a');
    for (let consumer = 0; consumer < 2; consumer++) scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 2);
  });

  test('jobs that wait for a lock which is about to lapse', async () => {
    const scene = new PauseScene({ lockTtlMs: 5_000, heartbeatMs: 1_000 });
    await scene.add('a');
    const [job] = scene.store.allJobs().keys();
    const now = scene.clock.now();
    const claim = { batch: 'held', by: 'dead run', now, lockedUntil: now + 2_500, maxAttempts: 3, tags: [] };
    await scene.store.jobs.claim(job ?? '', claim);
    scene.consume();
    await scene.clock.pass(300);
    await scene.pause();
    await scene.clock.pass(30_000);
    expect(scene.tooLate()).toEqual([]);
    expect(scene.began).toEqual([]);
  });

  test('jobs whose retry is about to be due', async () => {
    let failures = 1;
    const scene = new PauseScene({ retries: { max: 1, baseDelay: 3_500, jitter: false } }, async () => {
      if (failures-- > 0) throw new Error('once more');
    });
    await scene.add('a');
    scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 1);
  });

  test('windows whose timers sleep until they are due', async () => {
    for (const before of [100, 900, 3_000]) {
      const scene = new PauseScene({ maxSize: 10, maxWaitMs: 4_000 });
      await scene.add('a');
      scene.consume();
      scene.fireTimers();
      await scene.clock.pass(4_000 - before);
      await scene.pause();
      await goesOn(scene, 1);
    }
  });

  test('windows that wait for their turn at the throttle', async () => {
    const scene = new PauseScene({ throttle: { max: 1, duration: 3_500 } });
    await scene.add('a', 'b', 'c');
    scene.consume();
    scene.fireTimers();
    await scene.clock.pass(3_300);
    await scene.pause();
    await goesOn(scene, 3);
  });

  const groups = Array.from({ length: 100 }, (_, n) => `g${n}`);

  /** Pauses while an operator's call is under way that takes a second for each of so many windows. */
  async function pauseDuring(
    scene: PauseScene,
    operate: (operations: BatchOperations) => Promise<unknown>,
  ): Promise<void> {
    const done = operate(operationsOf(scene.process(100), scene.definition));
    await scene.clock.pass(1_000);
    await scene.pause();
    await scene.clock.until(done);
    expect(scene.store.allJobs().size).toBeLessThan(groups.length);
  }

  test('windows that a flush or a drain under way has not come to', async () => {
    const flush = (operations: BatchOperations) =>
      expect(operations.flush()).rejects.toMatchObject({
        code: 'batch.paused',
        details: { flushed: expect.any(Number) },
      });
    for (const operate of [flush, (operations: BatchOperations) => operations.drain()]) {
      const scene = new PauseScene({ maxSize: 10 });
      await scene.add(...groups);
      scene.consume();
      await pauseDuring(scene, operate);
      await goesOn(scene, groups.length);
    }
  });

  test('windows that a resume under way has not come to', async () => {
    const scene = new PauseScene({ maxSize: 10 });
    await scene.add(...groups);
    await scene.pause();
    await scene.clock.pass(61_000);
    scene.consume();
    await pauseDuring(scene, operations => operations.resume());
    await goesOn(scene, groups.length);
  });

  test.each([
    [5, undefined],
    [1_500, undefined],
    [3_000, undefined],
    [3_000, { max: 200, duration: 60_000 }],
    [3_000, { max: 25, duration: 5_000 }],
  ])(
    'windows and jobs, whatever a request takes on its way: %i ms, with the throttle %j',
    async (callMs, throttle) => {
      const scene = new PauseScene({ maxSize: 1, ...(throttle && { throttle }) });
      const applied = scene.watch();
      // with a throttle, writers contend for its slots: twice as many items are over ten times as many requests
      scene.produce(callMs, throttle ? 800 : 400);
      for (let consumer = 0; consumer < 3; consumer++) scene.consume(callMs, lagging);
      for (const at of [0, 500]) {
        const before = applied.length;
        await scene.clock.pass(4_000 + 10 * callMs + at);
        // however slow it is, work goes on
        expect(applied.length).toBeGreaterThan(before);
        await scene.clock.until(operationsOf(scene.process(callMs, lagging), scene.definition).pause());
        const held = scene.clock.now() + PROMISED_MS;
        await scene.clock.pass(4_000 + 3 * callMs);
        expect(applied.filter(time => time > held)).toEqual([]);
        await scene.clock.until(operationsOf(scene.process(callMs, lagging), scene.definition).resume());
      }
    },
  );
});
