import { expect, test } from '@jest/globals';
import { Judge } from '../support/judge.ts';
import { spawnProducer } from '../support/spawn-producer.ts';
import { until } from '../support/until.ts';
import { jobStackForAll } from '../support/use-job-stack.ts';

const DURATION_MS = 2_000;
const OPTIONS = {
  name: 'throttled',
  maxSize: 100,
  maxWaitMs: 1_000,
  throttle: { max: 1, duration: DURATION_MS },
} as const;
const PRODUCERS = 5;
/** Each adds for so long, an item in 75 ms or more. */
const ADDING_MS = 4_000;
/** Two windows and a half, there at once. */
const BACKLOG = 250;

const stack = jobStackForAll(OPTIONS);

test('throttle: five processes together flush no sooner than they may, in full batches while there are any', async () => {
  const judge = new Judge();
  const backlog = Array.from({ length: BACKLOG }, (_, at) => ({ id: `b${at}` }));
  const receipts = await stack().add(backlog);
  for (const [at, receipt] of receipts.entries()) judge.acknowledge(`b${at}`, receipt);
  const producers = Array.from({ length: PRODUCERS }, (_, at) =>
    spawnProducer({
      ...OPTIONS,
      settings: stack().settings,
      persist: true,
      prefix: `p${at}-`,
      count: 10_000,
      parallel: 1,
      everyMs: 75,
      forMs: ADDING_MS,
      end: 'close',
    }),
  );
  const consumers = stack().consumers({});
  await consumers.start(1);
  for (const { ended, acknowledged } of producers) {
    expect(await ended).toEqual([0, null]);
    for (const [id, receipt] of acknowledged) judge.acknowledge(id, receipt);
  }
  const total = producers.reduce((sum, { acknowledged }) => sum + acknowledged.size, BACKLOG);
  const done = () => consumers.runs.flatMap(({ items }) => items).length;
  await until('all came out', () => done() >= total && consumers.running.length === 0, 50_000);
  for (const { job, items } of consumers.runs) judge.see(job, items);
  expect(judge.verdict(OPTIONS.maxSize)).toEqual([]);

  const { jobs } = await stack().jobs.getJobs({ limit: 100 });
  const sealed = jobs
    .map(job => ({ at: job.sealedAt.getTime(), count: job.counts.slots, reason: job.flushReason }))
    .sort((a, b) => a.at - b.at);
  const gaps = sealed.slice(1).map(({ at }, i) => at - (sealed[i]?.at ?? 0));
  expect(gaps.filter(gap => gap < DURATION_MS)).toEqual([]);
  // the backlog in full batches; and never part of a window while there was more of it
  expect(sealed.slice(0, 2).map(({ count }) => count)).toEqual([OPTIONS.maxSize, OPTIONS.maxSize]);
  expect(sealed.filter(({ count, reason }) => count < OPTIONS.maxSize && reason !== 'time')).toEqual([]);
});
