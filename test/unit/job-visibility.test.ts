import { expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { runJob } from '#lib/jobs/run';
import { takePermits } from '#lib/limits/permits';
import { JobBench } from '../support/job-bench.ts';

const LOCK_TTL_MS = 5_000;

function bench(options: Partial<BatchOptions<unknown>> = {}): JobBench {
  return new JobBench(
    batch({
      name: 'hidden',
      maxSize: 10,
      maxWaitMs: 60_000,
      lockTtlMs: LOCK_TTL_MS,
      handler: () => {},
      ...options,
    }),
  );
}

// a process that died before had its message hidden for the queue's own visibility, 15 minutes
test('a handler begins only when its message is known to be hidden for no longer than the lock', async () => {
  const happened: string[] = [];
  const jobs = bench({ handler: () => void happened.push('handler') });
  jobs.queues.setVisibility = async (...given) => {
    // much slower than the store
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
    happened.push(`hidden for ${given.at(-1)} s`);
  };
  await jobs.flushed({});
  await jobs.deliver();
  expect(happened).toEqual([`hidden for ${LOCK_TTL_MS / 1_000} s`, 'handler']);
});

// it was hidden for as long as it might wait, and so for 20 s after a process died
test('while it waits for a permit a message is hidden for no longer than a lock, and never less than a heartbeat', async () => {
  const jobs = bench({ concurrency: 1 });
  const { services } = jobs.deployment;
  const permit = await takePermits(services, {
    definition: jobs.definition,
    group: undefined,
    by: 'another run',
  });
  const renewal = services.clock.every(1_000, () => void permit?.renew());
  await jobs.flushed({});
  const hides: { at: number; seconds: number }[] = [];
  jobs.queues.setVisibility = async (...given) =>
    void hides.push({ at: services.clock.now(), seconds: Number(given.at(-1)) });
  const [held] = jobs.queues.jobs;
  if (held === undefined) throw new Error('There is a message.');
  const began = services.clock.now();
  expect(await runJob(services, jobs.definition, { message: held.message, receiptHandle: 'r' })).toBe(
    'again',
  );
  renewal();

  const waiting = hides.slice(0, -1);
  expect(hides.at(-1)?.seconds).toBe(0);
  expect(services.clock.now() - began).toBeGreaterThan(2 * LOCK_TTL_MS);
  expect(new Set(waiting.map(({ seconds }) => seconds))).toEqual(new Set([LOCK_TTL_MS / 1_000]));
  const gaps = hides.slice(1).map(({ at }, i) => at - (hides[i]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(LOCK_TTL_MS / 2);
});

test('a late renewal of a message’s visibility never follows the shorter one of its retry, and delays no end', async () => {
  const sent: number[] = [];
  let answer = (): void => {};
  const late = new Promise<void>(resolve => {
    answer = resolve;
  });
  const jobs = bench({
    retries: { max: 1, baseDelay: 3_000 },
    heartbeatMs: 1_500,
    handler: async () => {
      jobs.queues.setVisibility = async (...given) => {
        if (Number(given.at(-1)) === LOCK_TTL_MS / 1_000) await late;
        sent.push(Number(given.at(-1)));
      };
      await jobs.clock.sleep(1_500);
      throw new Error('no');
    },
  });
  const id = await jobs.flushed({});
  const delivered = jobs.deliver();
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
  expect((await jobs.job(id)).status).toBe('retrying');
  expect(sent).toEqual([]);
  jobs.clock.advance(1_000);
  answer();
  expect((await delivered).result).toBe('again');
  // the renewal, and then what is left of the delay
  expect(sent).toEqual([LOCK_TTL_MS / 1_000, 2]);
});
