import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { runTicker } from '#lib/recovery/ticker';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

const MINUTE = 60_000;
/** As long as the function is let work: functions/ticker.ts. */
const AWAKE_MS = 52_000;

function scene(maxWaitMs: number) {
  const clock = stillClock();
  const definition = batch<number>({ name: 'orders', maxSize: 10, maxWaitMs, handler: () => 'done' });
  const work = new MemoryWork([definition], {}, clock);
  const { services } = work.memory.deployment;
  /** Wakes the ticker once. Returns for how long it was awake. */
  const wake = async () => {
    const from = clock.now();
    const report = await runTicker(services, from + AWAKE_MS);
    return { ...report, awakeMs: clock.now() - from };
  };
  return { clock, definition, work, services, wake };
}

describe('the ticker', () => {
  test('ends at once while windows are open that are due within the minute: they have their timers', async () => {
    const { definition, work, wake } = scene(30_000);
    await work.add(definition, [1]);
    expect((await wake()).awakeMs).toBe(0);
  });

  test('ends at once while jobs wait that were heard of within the minute', async () => {
    const { definition, work, wake } = scene(30_000);
    await work.add(definition, [1]);
    await work.of(definition).flush();
    expect((await wake()).awakeMs).toBe(0);
  });

  test.each([1_000, 20_000, 59_000])(
    'flushes a window that is due %d ms after it was woken, and has lost its timer, a minute later',
    async maxWaitMs => {
      const { clock, definition, work, services, wake } = scene(maxWaitMs);
      await work.add(definition, [1]);
      work.memory.queues.timers.length = 0;
      const deadline = clock.now() + maxWaitMs;
      for (let minutes = 0; minutes < 3 && work.memory.queues.jobs.length === 0; minutes++) {
        const woken = clock.now();
        await wake();
        if (work.memory.queues.jobs.length === 0) clock.advance(woken + MINUTE - clock.now());
      }
      const [job] = work.memory.queues.jobs;
      const { sealedAt = 0 } = (await services.store.jobs.readJob(job?.message.job ?? '')) ?? {};
      expect(sealedAt - deadline).toBeLessThanOrEqual(MINUTE + 2_000);
      expect(sealedAt).toBeGreaterThanOrEqual(deadline);
    },
  );

  test.each([0, 30_000, 59_000])(
    'sends a job again within two minutes whose message is lost, woken %d ms after it was sent',
    async laterMs => {
      const { clock, definition, work, wake } = scene(30_000);
      await work.add(definition, [1]);
      await work.of(definition).flush();
      const { queues } = work.memory;
      queues.jobs.length = 0;
      const sentAt = clock.now();
      let againAt = Number.POSITIVE_INFINITY;
      const send = queues.sendJob.bind(queues);
      queues.sendJob = async (...sent) => {
        againAt = clock.now();
        await send(...sent);
      };
      clock.advance(laterMs);
      while (work.memory.queues.jobs.length === 0 && clock.now() - sentAt <= 3 * MINUTE) {
        const woken = clock.now();
        await wake();
        if (work.memory.queues.jobs.length === 0) clock.advance(woken + MINUTE - clock.now());
      }
      expect(againAt - sentAt).toBeLessThanOrEqual(2 * MINUTE + 2_000);
    },
  );
});
