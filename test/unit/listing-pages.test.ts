import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { boundTo } from '../support/bound-to.ts';
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

/** All ids that pages of so many jobs show, in their order. */
async function inPages(
  { operations }: Pick<ReturnType<typeof scene>, 'operations'>,
  limit: number,
): Promise<string[]> {
  const shown: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await operations.getJobs({ limit, cursor });
    shown.push(...page.jobs.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return shown;
}

/** A scene in which so many jobs have ended in one millisecond, half of them completed, or wait since then. */
async function endedAtOnce(jobs: number, waiting = 0) {
  const made = scene();
  const { work, definition, operations } = made;
  const items = Array.from({ length: jobs }, (_, at) => String(at));
  for (const item of items) await work.add(definition, [item]);
  await work.runJobs();
  const failed = await operations.getJobs({ limit: 500 });
  for (const { id } of failed.jobs.slice(0, jobs / 2)) await operations.redrive(id);
  await work.runJobs();
  for (let at = 0; at < waiting; at++) await work.add(definition, [`waits ${at}`]);
  return { ...made, ids: [...work.memory.store.allJobs().keys()].sort() };
}

test('jobs that have ended, or wait, since the same millisecond are each on one page, of any size', async () => {
  const { ids, ...made } = await endedAtOnce(130, 130);
  for (const limit of [1, 2, 3, 100]) {
    expect([limit, (await inPages(made, limit)).sort()]).toEqual([limit, ids]);
  }
});

test('a job that an index shows in several lists at one place is on one page, of any size', async () => {
  const { ids, ...made } = await endedAtOnce(90);
  const { jobs } = made.work.memory.store;
  const list = jobs.list.bind(jobs);
  const ended = ['completed', 'failed', 'dead'] as const;
  jobs.list = async (name, of, ...page) => {
    const shown = await Promise.all(ended.map(each => list(name, each, ...page)));
    const all = shown.flat().sort((a, b) => (a.at < b.at ? 1 : -1));
    return of === 'open' ? list(name, of, ...page) : all.slice(0, page[0]);
  };
  for (const limit of [1, 2, 3, 20, 500]) {
    expect([limit, (await inPages(made, limit)).sort()]).toEqual([limit, ids]);
  }
});

/** A batch in memory whose jobs fail. */
function inMemory() {
  const definition = batch<string>({
    name: 'parked',
    maxSize: 1,
    maxWaitMs: 60_000,
    persist: false,
    retries: { max: 3, baseDelay: 60_000 },
    handler: () => {
      throw new Error('not yet');
    },
  });
  const clock = stillClock();
  const work = new MemoryWork([definition], {}, clock);
  return { definition, clock, work, operations: work.of<string>(definition) };
}

test('a job of a batch in memory that a pause has parked is on one page', async () => {
  const { definition, clock, work, operations } = inMemory();
  const { queues, store } = work.memory;
  for (const item of 'abc') await work.add(definition, [item]);
  await work.memory.deployment.close();
  const first = queues.jobs.map(({ message }) => message);
  await work.runJobs();
  await operations.pause();

  clock.advance(60_000);
  await work.runJobs();
  expect(await inPages({ operations }, 1)).toHaveLength(3);
  expect(await store.jobs.count('parked', 'open', 9)).toBe(3);

  // SQS delivers each first message once more, before those that the resume has sent
  const { sendJob } = boundTo(queues, 'sendJob');
  queues.sendJob = async () => {};
  await operations.resume();
  for (const message of first) await sendJob('parked', message, undefined);
  await work.runJobs();
  expect((await operations.getJobs({ status: 'retrying' })).jobs).toHaveLength(3);
  expect(await inPages({ operations }, 1)).toHaveLength(3);
  expect(await store.jobs.count('parked', 'open', 9)).toBe(3);
});

test('a job of a batch in memory is on one page when the dead letter function has sent it back', async () => {
  const { work, clock, definition, operations } = inMemory();
  await work.add(definition, ['a']);
  await work.memory.deployment.close();
  const { queues, store } = work.memory;
  const [given] = queues.jobs.map(({ message }) => message);
  // its function was throttled, until SQS gave the message up
  if (given) await queues.sendDead('parked', given);
  queues.jobs.length = 0;
  clock.advance(60_000);
  while ((await work.runJobs()) > 0 && (await operations.getJobs({ status: 'retrying' })).jobs.length === 0);
  expect((await operations.getJobs({ status: 'retrying' })).jobs).toHaveLength(1);
  expect(await inPages({ operations }, 1)).toHaveLength(1);
  expect(await store.jobs.count('parked', 'open', 9)).toBe(1);
});
