import { describe, expect, test } from '@jest/globals';
import { type BatchContext, type BatchEvent, batch, NonRetriableError, RetryAfterError } from 'cistern';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly id: string;
}

/** What the handler of a group does in its attempts; each test has a group of its own. */
type Behaviour = (context: BatchContext<Item & { group: string }>) => unknown;

describe('the life of a job', () => {
  const behaviours = new Map<string, Behaviour>();
  const runs = new Map<string, { at: number; attempt: number; ids: string[] }[]>();
  const onFail: { id: string; message: string }[] = [];
  const onSuccess: { id: string; result: unknown }[] = [];
  const dead: { id: string; items: string[]; message: string }[] = [];
  const events: BatchEvent[] = [];

  const jobs = batch<Item & { group: string }>({
    name: 'life',
    maxSize: 10,
    maxWaitMs: 60_000,
    groupBy: ({ group }) => group,
    retries: { max: 2, strategy: 'exponential', baseDelay: 100 },
    deadLetter: {
      enabled: true,
      onDead: (job, error) => {
        const ids = job.items.map(({ id }) => id);
        dead.push({ id: job.id, items: ids, message: error.message });
      },
    },
    events: true,
    hooks: {
      onSuccess: (job, result) => void onSuccess.push({ id: job.id, result }),
      onFail: (job, error) => void onFail.push({ id: job.id, message: error.message }),
    },
    handler: context => {
      const group = context.groupKey ?? '';
      const ids = context.batch.map(({ id }) => id);
      runs.set(group, [...(runs.get(group) ?? []), { at: Date.now(), attempt: context.attempt, ids }]);
      return behaviours.get(group)?.(context);
    },
  });
  useLocal({ batches: [jobs], onEvent: event => events.push(event) });

  /** Runs a batch of these items with this behaviour to its end. */
  async function play(group: string, behaviour: Behaviour, ids = ['a', 'b', 'c']) {
    behaviours.set(group, behaviour);
    const [receipt] = await jobs.addBulk(ids.map(id => ({ id, group })));
    await jobs.flush(group);
    const job = await jobs.waitFor(receipt ?? '', { timeoutMs: 30_000 });
    return { job, runs: runs.get(group) ?? [] };
  }

  test('three attempts, then success: the delays double, and the record tells each attempt', async () => {
    const { job, runs: seen } = await play('third', ({ attempt }) => {
      if (attempt < 3) throw new Error(`not yet ${attempt}`);
      return { stored: 3 };
    });
    expect(job).toMatchObject({
      status: 'completed',
      attempt: 3,
      maxAttempts: 3,
      result: { stored: 3 },
      counts: { slots: 3, items: 3, done: 3, left: 0 },
      flushReason: 'manual',
    });
    expect(job.attempts.map(({ outcome, error }) => [outcome, error?.message])).toEqual([
      ['failed', 'not yet 1'],
      ['failed', 'not yet 2'],
      ['succeeded', undefined],
    ]);
    const [first, second, third] = seen.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(99);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(199);
    expect(onFail.filter(({ id }) => id === job.id).map(({ message }) => message)).toEqual([
      'not yet 1',
      'not yet 2',
    ]);
    expect(onSuccess).toContainEqual({ id: job.id, result: { stored: 3 } });
  });

  test('a partial failure: only the failed items come again, and only they are dead in the end', async () => {
    const { job, runs: seen } = await play('partial', context => {
      for (const item of context.batch) if (item.id !== 'a') context.fail(item, new Error(`no ${item.id}`));
      if (context.attempt === 2) context.failAt(0, 'gone', { retryable: false });
    });
    expect(seen.map(({ ids }) => ids)).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
    expect(job).toMatchObject({ status: 'dead', counts: { items: 3, done: 1, left: 2 } });
    expect((await jobs.getJobItems(job.id)).map(({ item, state }) => [item.id, state])).toEqual([
      ['a', 'done'],
      ['b', 'dead'],
      ['c', 'dead'],
    ]);
    behaviours.set('partial', () => 'fine');
    await jobs.redrive(job.id);
    const again = await jobs.waitFor(job.id);
    expect(again).toMatchObject({ id: job.id, status: 'completed', redrives: 1, attempt: 1, result: 'fine' });
    expect(runs.get('partial')?.at(-1)?.ids).toEqual(['b', 'c']);
    expect(dead).toContainEqual({ id: job.id, items: ['b', 'c'], message: '1 of 1 items failed: no c' });
  });

  test('dead at once: a discarded batch, and one whose handler throws a NonRetriableError', async () => {
    const discarded = await play('discard', ({ discard }) => discard('no use'));
    expect(discarded.job).toMatchObject({ status: 'dead', attempt: 1, error: { message: 'no use' } });
    expect(discarded.job.attempts).toMatchObject([{ outcome: 'discarded' }]);
    const refused = await play('refuse', () => {
      throw new NonRetriableError('never');
    });
    expect(refused.job).toMatchObject({ status: 'dead', attempt: 1, error: { message: 'never' } });
  });

  test('RetryAfterError says when the next attempt begins', async () => {
    const { runs: seen } = await play('later', ({ attempt }) => {
      if (attempt === 1) throw new RetryAfterError(700);
    });
    const [first, second] = seen.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(699);
  });

  test('what happens goes to the bus', () => {
    const types = new Set(events.map(({ type }) => type));
    expect(types).toEqual(
      new Set([
        'Cistern Batch Sealed',
        'Cistern Batch Succeeded',
        'Cistern Attempt Failed',
        'Cistern Batch Dead',
      ]),
    );
  });

  test('jobs are listed by status, the latest first, page by page', async () => {
    const all = await jobs.getJobs();
    expect(all.jobs.length).toBeGreaterThanOrEqual(5);
    const first = await jobs.getJobs({ limit: 2 });
    const second = await jobs.getJobs({ limit: 500, ...(first.cursor && { cursor: first.cursor }) });
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(all.jobs.map(({ id }) => id));
    const { jobs: completed } = await jobs.getJobs({ status: 'completed', group: 'third' });
    expect(completed).toHaveLength(1);
  });
});
