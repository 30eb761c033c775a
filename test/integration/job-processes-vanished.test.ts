import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { jobStackForEach } from '../support/use-job-stack.ts';

/** Longer than a job may be unheard of. */
const LATER_MS = 70_000;
const RETRY_MS = 1_000;

const stack = jobStackForEach({ retries: { max: 1, baseDelay: RETRY_MS } });

test('a job whose message vanished before anybody received it is sent again, and runs once', async () => {
  const consumers = stack().consumers({ takesMs: 200 });
  const id = await stack().addJob('a', 'b');
  await stack().loseMessages();
  expect(await stack().tick(0)).toBe(0);
  expect(await stack().tick(LATER_MS)).toBe(1);
  // once more, so that there are two messages
  expect(await stack().tick(4 * LATER_MS)).toBe(1);

  await consumers.start(2);
  expect(await stack().jobs.waitFor(id)).toMatchObject({ status: 'completed', attempt: 1 });
  await until('no message is left', async () => (await stack().messages()) === 0);
  expect(consumers.runs).toMatchObject([{ job: id, items: ['a', 'b'] }]);
  expect(await stack().tick(24 * LATER_MS)).toBe(0);
});

test('a job whose message vanished between two attempts is sent again, and has its second attempt once', async () => {
  const consumers = stack().consumers({ misbehaves: { by: 'throwing', attempts: 1 } });
  await consumers.start(2);
  const id = await stack().addJob('a', 'b');
  await until('its attempt has failed', async () => (await stack().jobs.getJob(id))?.status === 'retrying');
  await stack().loseMessages();
  expect(await stack().tick(LATER_MS)).toBe(1);

  const job = await stack().jobs.waitFor(id);
  expect(job.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
  const [first, second, ...others] = consumers.runs;
  expect(others).toEqual([]);
  expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThanOrEqual(RETRY_MS);
});

test('a job whose message vanished while its consumer was killed is sent again', async () => {
  const consumers = stack().consumers({ misbehaves: { by: 'hanging', attempts: 1 } });
  await consumers.start(2);
  const id = await stack().addJob('a', 'b');
  await until('it runs', () => consumers.running.length > 0);
  const [first] = consumers.running;
  if (first) await consumers.kill(first);
  await stack().loseMessages();
  expect(await stack().tick(LATER_MS)).toBe(1);

  const job = await stack().jobs.waitFor(id);
  expect(job.attempts.map(({ outcome }) => outcome)).toEqual(['died', 'succeeded']);
  expect(consumers.runs.map(({ items }) => items)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});
