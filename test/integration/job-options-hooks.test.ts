import { describe, expect, test } from '@jest/globals';
import { batch, type Hooks, type JobInfo } from 'cistern';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
  n: number;
}

type BeforeFlush = NonNullable<Hooks<Item, unknown>['beforeFlush']>;

/** Hooks and handlers by group: each test has a group of its own. */
const beforeFlush = new Map<string, BeforeFlush>();
const handlers = new Map<string, (attempt: number, items: readonly Item[]) => unknown>();
const seen = new Map<string, number[][]>();
const calls = new Map<string, number>();
const count = (what: string): number => {
  calls.set(what, (calls.get(what) ?? 0) + 1);
  return calls.get(what) ?? 0;
};

const options = {
  maxSize: 10,
  maxWaitMs: 60_000,
  groupBy: ({ group }: Item) => group,
  retries: { max: 1, strategy: 'fixed', baseDelay: 50 },
} as const;
const handler = ({
  groupKey = '',
  attempt,
  batch: items,
}: {
  groupKey: string | undefined;
  attempt: number;
  batch: readonly Item[];
}) => {
  seen.set(groupKey, [...(seen.get(groupKey) ?? []), items.map(({ n }) => n)]);
  return handlers.get(groupKey)?.(attempt, items);
};

const prepared = batch<Item>({
  ...options,
  name: 'prepared',
  hooks: { beforeFlush: (items, group = '') => (beforeFlush.get(group) ?? (all => all))(items, group) },
  handler,
});
const throwing = batch<Item>({
  ...options,
  name: 'throwing',
  hooks: {
    onSuccess: ({ group }) => {
      throw new Error(`onSuccess ${count(`success ${group}`)}`);
    },
    onFail: ({ group }) => {
      throw new Error(`onFail ${count(`fail ${group}`)}`);
    },
  },
  handler,
});
const fail = (what = 'no'): never => {
  throw new Error(what);
};

describe('hooks', () => {
  useLocal({ batches: [prepared, throwing] });

  async function play(of: typeof prepared, group: string, numbers = [1, 2, 3, 4]): Promise<JobInfo> {
    const [receipt] = await of.addBulk(numbers.map(n => ({ group, n })));
    await of.flush(group);
    return of.waitFor(receipt ?? '', { timeoutMs: 20_000 });
  }
  const items = async (job: JobInfo) =>
    (await prepared.getJobItems(job.id)).map(({ item, state }) => [item.n, state]);

  test('beforeFlush filters: the handler gets what it left in', async () => {
    beforeFlush.set('filter', all => all.filter(({ n }) => n % 2 === 0));
    const job = await play(prepared, 'filter');
    expect(seen.get('filter')).toEqual([[2, 4]]);
    expect(job).toMatchObject({ status: 'completed', counts: { slots: 4, items: 2, done: 2, left: 0 } });
    expect(await items(job)).toEqual([
      [2, 'done'],
      [4, 'done'],
    ]);
  });

  test('beforeFlush transforms: the handler gets what it made', async () => {
    beforeFlush.set('transform', async all => all.map(item => ({ ...item, n: item.n * 10 })));
    const job = await play(prepared, 'transform');
    expect(seen.get('transform')).toEqual([[10, 20, 30, 40]]);
    expect(job).toMatchObject({ status: 'completed', counts: { items: 4, done: 4 } });
  });

  test('beforeFlush transforms and drops, in an order of its own', async () => {
    beforeFlush.set('both', all =>
      all
        .filter(({ n }) => n > 1)
        .map(item => ({ ...item, n: -item.n }))
        .reverse(),
    );
    const job = await play(prepared, 'both');
    expect(seen.get('both')).toEqual([[-4, -3, -2]]);
    expect(await items(job)).toEqual([
      [-4, 'done'],
      [-3, 'done'],
      [-2, 'done'],
    ]);
  });

  test('beforeFlush may change items where they stand, and each attempt sees it', async () => {
    beforeFlush.set('in place', all => {
      const call = count('in place');
      for (const item of all) item.n += 100 * call;
      return all;
    });
    handlers.set('in place', attempt => (attempt === 1 ? fail() : undefined));
    await play(prepared, 'in place', [1, 2]);
    expect(seen.get('in place')).toEqual([
      [101, 102],
      [101, 102],
    ]);
  });

  test('beforeFlush that leaves nothing: the job is complete, and no handler is called', async () => {
    beforeFlush.set('nothing', () => []);
    const job = await play(prepared, 'nothing');
    expect(seen.get('nothing')).toBeUndefined();
    expect(job).toMatchObject({ status: 'completed', attempt: 1, counts: { slots: 4, items: 0, left: 0 } });
    expect(job).not.toHaveProperty('result');
  });

  test('beforeFlush that throws is a failed attempt of that job alone', async () => {
    beforeFlush.set('throws', () => (count('throws') === 1 ? fail('not ready') : []));
    beforeFlush.set('beside', all => all);
    const [job, beside] = await Promise.all([play(prepared, 'throws'), play(prepared, 'beside')]);
    expect(job).toMatchObject({ status: 'completed', attempt: 2 });
    expect(job.attempts).toMatchObject([
      { outcome: 'failed', error: { message: 'not ready' } },
      { outcome: 'succeeded' },
    ]);
    expect(beside).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('beforeFlush that throws until there is no attempt left: the job has failed, with all its items', async () => {
    beforeFlush.set('always', () => fail('never ready'));
    const job = await play(prepared, 'always', [1, 2]);
    expect(job).toMatchObject({ status: 'failed', attempt: 2, error: { message: 'never ready' } });
    expect(await items(job)).toEqual([
      [1, 'dead'],
      [2, 'dead'],
    ]);
  });

  test.each([
    ['a number', () => 5 as never, 'array of items; it returned number'],
    ['nothing', () => undefined as never, 'array of items; it returned undefined'],
    [
      'items that JSON cannot hold',
      () => [{ group: 'g', n: 1n as never }],
      'item 0 that beforeFlush returned',
    ],
    [
      'more than a batch may have',
      () => Array.from({ length: 11 }, () => ({ group: 'g', n: 1 })),
      '11 items',
    ],
  ])('beforeFlush that returns %s is a failed attempt, too', async (what, hook, message) => {
    beforeFlush.set(what, hook);
    const job = await play(prepared, what);
    expect(job).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(message) } });
    expect(seen.get(what)).toBeUndefined();
  });

  test('each attempt gets the same, although beforeFlush would not answer the same again', async () => {
    beforeFlush.set('moody', all => {
      const call = count('moody');
      return all.map(item => ({ ...item, n: item.n + 1_000 * call }));
    });
    handlers.set('moody', attempt => (attempt === 1 ? fail() : undefined));
    await play(prepared, 'moody', [1, 2]);
    expect(seen.get('moody')).toEqual([
      [1_001, 1_002],
      [1_001, 1_002],
    ]);
    expect(calls.get('moody')).toBe(1);
  });

  test('each attempt gets the same where beforeFlush only filters, too, and after a redrive', async () => {
    beforeFlush.set('choosy', all => all.slice(count('choosy')));
    handlers.set('choosy', () => fail());
    const job = await play(prepared, 'choosy', [1, 2, 3]);
    await prepared.redrive(job.id);
    await prepared.waitFor(job.id);
    expect(seen.get('choosy')).toEqual([1, 2, 3, 4].map(() => [2, 3]));
  });

  test('onSuccess that throws is counted, and the job is complete', async () => {
    const job = await play(throwing, 'fine');
    expect(job).toMatchObject({ status: 'completed', attempt: 1 });
    await until('it was counted', async () => (await throwing.getJob(job.id))?.hookErrors === 1);
    expect(calls.get('success fine')).toBe(1);
    expect((await throwing.getJob(job.id))?.status).toBe('completed');
  });

  test('onFail that throws is counted for each failed attempt, and the job goes its way', async () => {
    handlers.set('worse', () => fail('no'));
    const job = await play(throwing, 'worse');
    expect(job).toMatchObject({ status: 'failed', attempt: 2, error: { message: 'no' } });
    await until('both were counted', async () => (await throwing.getJob(job.id))?.hookErrors === 2);
    expect(calls.get('fail worse')).toBe(2);
  });
});
