import { expect, test } from '@jest/globals';
import { overlaps } from '../support/consumers.ts';
import { until } from '../support/until.ts';
import { jobStackForEach } from '../support/use-job-stack.ts';

const LOCK_TTL_MS = 5_000;
const TIMEOUT_MS = 300;
const TIMED_OUT = { outcome: 'timed out', error: { message: `timed out after ${TIMEOUT_MS} ms` } };

const stack = jobStackForEach({
  lockTtlMs: LOCK_TTL_MS,
  timeout: TIMEOUT_MS,
  retries: { max: 1, baseDelay: 0 },
});

test('an attempt that has timed out is over when its handler returns, and the next one begins only then', async () => {
  // longer than the lock: what keeps others away is that it is renewed
  const takesMs = LOCK_TTL_MS + 500;
  const consumers = stack().consumers({ takesMs });
  await consumers.start(2);
  const id = await stack().addJob('a', 'b');

  const job = await stack().jobs.waitFor(id, { timeoutMs: 40_000 });
  expect(job).toMatchObject({ status: 'failed', attempt: 2, error: TIMED_OUT.error });
  expect(job.attempts).toMatchObject([TIMED_OUT, TIMED_OUT]);
  for (const { startedAt, finishedAt } of job.attempts) {
    expect(Number(finishedAt) - Number(startedAt)).toBeGreaterThanOrEqual(takesMs - 5);
  }
  expect(consumers.runs).toHaveLength(2);
  expect(overlaps(consumers.runs)).toEqual([]);
});

test('killed while the handler that has timed out still hangs: the record tells that it timed out', async () => {
  const consumers = stack().consumers({ misbehaves: { by: 'hanging', attempts: 1 } });
  await consumers.start(2);
  const id = await stack().addJob('a', 'b');
  await until('it has timed out', async () => (await stack().jobs.getJob(id))?.error !== undefined);
  const [hanging] = consumers.running;
  if (hanging === undefined) throw new Error('It hangs on.');
  await consumers.kill(hanging);

  const job = await stack().jobs.waitFor(id, { timeoutMs: 40_000 });
  expect(job).toMatchObject({ status: 'completed', attempt: 2 });
  expect(job.attempts).toMatchObject([TIMED_OUT, { outcome: 'succeeded' }]);
  expect(overlaps(consumers.runs)).toEqual([]);
});
