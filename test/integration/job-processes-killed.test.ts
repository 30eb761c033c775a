import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { jobStackForAll } from '../support/use-job-stack.ts';

const LOCK_TTL_MS = 5_000;
/** What is left to SQS's whole seconds, and to a machine that does other things too. */
const GRACE_MS = 8_000;

const stack = jobStackForAll({ lockTtlMs: LOCK_TTL_MS, retries: { max: 1 } });

test('a batch whose consumer is killed runs again elsewhere within lockTtlMs and a little, with the same items', async () => {
  const consumers = stack().consumers({ misbehaves: { by: 'hanging', attempts: 1 } });
  await consumers.start(2);
  const items = ['a', 'b', 'c'];
  const id = await stack().addJob(...items);
  await until('it runs', () => consumers.running.length > 0);
  const [first] = consumers.running;
  if (first === undefined) throw new Error('It ran.');
  const killedAt = await consumers.kill(first);

  const job = await stack().jobs.waitFor(id, { timeoutMs: 40_000 });
  expect(job).toMatchObject({ status: 'completed', attempt: 2, counts: { items: 3, done: 3 } });
  expect(job.attempts).toMatchObject([
    { attempt: 1, outcome: 'died', error: { message: 'the process died or was stopped in attempt 1' } },
    { attempt: 2, outcome: 'succeeded' },
  ]);
  const [, second, ...others] = consumers.runs;
  expect(others).toEqual([]);
  expect(second).toMatchObject({ job: id, attempt: 2, items: first.items });
  expect(second?.pid).not.toBe(first.pid);
  expect([...first.items].sort()).toEqual(items);
  const after = (second?.startedAt ?? 0) - killedAt;
  expect(after).toBeLessThan(LOCK_TTL_MS + GRACE_MS);
});
