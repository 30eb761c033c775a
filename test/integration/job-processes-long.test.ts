import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { jobStackForAll } from '../support/use-job-stack.ts';

const LOCK_TTL_MS = 5_000;

const stack = jobStackForAll({ lockTtlMs: LOCK_TTL_MS, retries: { max: 2 } });

test('a handler that outlasts its lock several times, and says nothing, is not taken for dead', async () => {
  const consumers = stack().consumers({ takesMs: LOCK_TTL_MS * 2.5 });
  await consumers.start(2);
  const id = await stack().addJob('a');
  await until('it runs', () => consumers.running.length > 0);
  // not even a second message makes it run twice
  expect(await stack().tick(120_000)).toBe(1);

  const job = await stack().jobs.waitFor(id, { timeoutMs: 40_000 });
  expect(job).toMatchObject({ status: 'completed', attempt: 1 });
  expect(job.attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
  expect(consumers.runs).toHaveLength(1);
  expect(consumers.deaths).toEqual([]);
});
