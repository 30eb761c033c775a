import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { MemoryWork } from '../support/memory-work.ts';
import { stillClock } from '../support/still-clock.ts';

/** A batch of which each item is a job, and of which each job fails once. */
function scene() {
  const failed = new Set<string>();
  const definition = batch<string>({
    name: 'listed',
    maxSize: 1,
    maxWaitMs: 60_000,
    handler: ({ batch: [item = ''] }) => {
      if (failed.has(item)) return;
      failed.add(item);
      throw new Error('once');
    },
  });
  const clock = stillClock();
  const work = new MemoryWork([definition], {}, clock);
  return { work, clock, definition, operations: work.of<string>(definition) };
}

test('a job that moves on while pages are read is on no later page, is repeated by none, and heads a new listing', async () => {
  const { work, clock, definition, operations } = scene();
  for (const item of 'abcdef') {
    await work.add(definition, [item]);
    clock.advance(1_000);
  }
  await work.runJobs();
  const [{ jobs: all }, first] = [await operations.getJobs(), await operations.getJobs({ limit: 2 })];
  const [shown, ahead] = [first.jobs[0]?.id ?? '', all.at(-1)?.id ?? ''];
  clock.advance(1_000);
  for (const id of [shown, ahead]) await operations.redrive(id);
  const later: string[] = [];
  for (let { cursor } = first; cursor !== undefined; ) {
    const page = await operations.getJobs({ limit: 2, cursor });
    later.push(...page.jobs.map(({ id }) => id));
    cursor = page.cursor;
  }
  const stayed = all.map(({ id }) => id).filter(id => id !== shown && id !== ahead);
  expect([first.jobs[1]?.id, ...later]).toEqual(stayed);
  const { jobs } = await operations.getJobs({ limit: 2 });
  expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([shown, ahead]));
});
