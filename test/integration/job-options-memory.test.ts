import { describe, expect, test } from '@jest/globals';
import { type BatchContext, batch, type JobInfo } from 'cistern';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
  readonly n: number;
}

type Context = BatchContext<Item>;

/** What handlers do, by group: each test has a group of its own. */
const handlers = new Map<string, (context: Context) => unknown>();
const seen = new Map<string, number[][]>();
const dead: { readonly group: string | undefined; readonly items: number[] }[] = [];
const options = {
  maxSize: 4,
  maxWaitMs: 60_000,
  persist: false,
  groupBy: ({ group }: Item) => group,
  handler: (context: Context) => {
    const { groupKey = '', batch: items } = context;
    seen.set(groupKey, [...(seen.get(groupKey) ?? []), items.map(({ n }) => n)]);
    return handlers.get(groupKey)?.(context);
  },
} as const;

const light = batch<Item>({
  ...options,
  name: 'light',
  retries: { max: 2, strategy: 'fixed', baseDelay: 50 },
  deadLetter: {
    enabled: true,
    onDead: ({ group, items }) => void dead.push({ group, items: items.map(({ n }) => n) }),
  },
  hooks: { beforeFlush: items => items.filter(({ n }) => n >= 0) },
});
const early = batch<Item>({
  ...options,
  name: 'early',
  maxWaitMs: 10_000,
  quietMs: 1_500,
  urgent: ({ n }) => n === 99,
  limits: group => (group === 'small' ? { maxSize: 2 } : group === 'quick' ? { maxWaitMs: 120 } : undefined),
});
const held = batch<Item>({ ...options, name: 'held' });

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const fail = (): never => {
  throw new Error('no');
};

describe('persist: false', () => {
  useLocal({ batches: [light, early, held] });

  async function play(group: string, handler: (context: Context) => unknown, numbers = [1, 2, 3, 4]) {
    handlers.set(group, handler);
    const [receipt] = await light.addBulk(numbers.map(n => ({ group, n })));
    await light.flush(group);
    return light.waitFor(receipt ?? '', { timeoutMs: 20_000 });
  }
  const items = async (of: typeof light, { id }: JobInfo) =>
    (await of.getJobItems(id)).map(({ item, state }) => [item.n, state]);

  test('a batch that fails is retried with all its items', async () => {
    const job = await play('retries', ({ attempt }) => (attempt < 3 ? fail() : 'done'));
    expect(seen.get('retries')).toEqual([1, 2, 3].map(() => [1, 2, 3, 4]));
    expect(job).toMatchObject({ status: 'completed', attempt: 3, result: 'done', flushReason: 'size' });
  });

  test('partial failure: only what failed comes again', async () => {
    const job = await play('partly', ({ attempt, failAt: mark }) => {
      if (attempt === 1) for (const place of [1, 3]) mark(place);
      if (attempt === 2) mark(1);
    });
    expect(seen.get('partly')).toEqual([[1, 2, 3, 4], [2, 4], [4]]);
    expect(job).toMatchObject({ status: 'completed', counts: { slots: 4, items: 4, done: 4, left: 0 } });
  });

  test('beforeFlush filters, and each attempt gets the same', async () => {
    const job = await play('filter', ({ attempt }) => (attempt === 1 ? fail() : undefined), [1, -2, 3, -4]);
    expect(seen.get('filter')).toEqual([
      [1, 3],
      [1, 3],
    ]);
    expect(job).toMatchObject({ status: 'completed', counts: { slots: 4, items: 2 } });
  });

  test('dead: onDead gets what is dead, the items can be read then, and a redrive runs those that failed', async () => {
    const job = await play('dies', ({ failAt: mark }) => mark(0), [5, 6]);
    expect(job).toMatchObject({ status: 'dead', attempt: 3, counts: { items: 2, done: 1, left: 1 } });
    expect(await items(light, job)).toEqual([
      [5, 'dead'],
      [6, 'done'],
    ]);
    await until('onDead was called', () => dead.some(({ group }) => group === 'dies'));
    expect(dead).toContainEqual({ group: 'dies', items: [5] });
    handlers.set('dies', () => 'after all');
    await light.redrive(job.id);
    const again = await light.waitFor(job.id);
    expect(again).toMatchObject({ status: 'completed', redrives: 1, attempt: 1, result: 'after all' });
    expect(seen.get('dies')?.at(-1)).toEqual([5]);
    expect(await items(light, again)).toEqual([
      [5, 'done'],
      [6, 'done'],
    ]);
  });

  test('a batch too large for a message is retried, and redriven, like any other', async () => {
    const noise = () => Array.from({ length: 9_000 }, () => Math.random().toString(36).slice(2)).join('');
    const big = (n: number) => ({ group: 'big', n, noise: noise() });
    handlers.set('big', fail);
    const [receipt] = await light.addBulk([1, 2, 3, 4].map(big));
    const job = await light.waitFor(receipt ?? '');
    expect(job).toMatchObject({ status: 'dead', attempt: 3 });
    handlers.set('big', () => {});
    await light.redrive(job.id);
    expect(await light.waitFor(job.id)).toMatchObject({ status: 'completed' });
    expect(seen.get('big')).toEqual([1, 2, 3, 4].map(() => [1, 2, 3, 4]));
  });

  test('a pause parks what is in a message, with its items; resume runs it', async () => {
    await held.pause();
    const [receipt] = await held.addBulk([1, 2, 3, 4].map(n => ({ group: 'held', n })));
    const job = receipt?.job ?? '';
    await until('it is parked', async () => (await held.getJob(job))?.status === 'parked');
    expect(seen.get('held')).toBeUndefined();
    expect((await held.getJobItems(job)).map(({ item, state }) => [item.n, state])).toEqual(
      [1, 2, 3, 4].map(n => [n, 'pending']),
    );
    expect(await held.resume()).toMatchObject({ unparked: 1 });
    expect(await held.waitFor(job)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(seen.get('held')).toEqual([[1, 2, 3, 4]]);
  });

  test('quietMs: flushes when nothing has come for so long; what goes on coming postpones it up to maxWaitMs', async () => {
    const alone = await early.waitFor(await early.add({ group: 'alone', n: 1 }));
    expect(alone.flushReason).toBe('quiet');
    expect(alone.sealedAt.getTime() - alone.createdAt.getTime()).toBeGreaterThanOrEqual(1_499);
    const first = await early.add({ group: 'steady', n: 1 });
    await sleep(400);
    await early.add({ group: 'steady', n: 2 });
    await sleep(400);
    await early.add({ group: 'steady', n: 3 });
    const steady = await early.waitFor(first);
    expect(steady).toMatchObject({ flushReason: 'quiet', counts: { slots: 3 } });
    expect(steady.sealedAt.getTime() - steady.createdAt.getTime()).toBeGreaterThanOrEqual(2_298);
  });

  test('urgent: the buffer flushes at once, with the item', async () => {
    const first = await early.add({ group: 'urgent', n: 1 });
    const second = await early.add({ group: 'urgent', n: 99 });
    expect(second.job).toBe(first.job);
    expect(await early.waitFor(second)).toMatchObject({ flushReason: 'urgent', counts: { slots: 2 } });
  });

  test('limits: a group’s own maxSize and maxWaitMs', async () => {
    const receipts = await early.addBulk([1, 2, 3].map(n => ({ group: 'small', n })));
    expect(await early.waitFor(receipts[0] ?? '')).toMatchObject({
      flushReason: 'size',
      counts: { slots: 2 },
    });
    const quick = await early.waitFor(await early.add({ group: 'quick', n: 1 }));
    expect(quick.flushReason).toBe('time');
    expect(quick.deadline.getTime() - quick.createdAt.getTime()).toBe(120);
  });
});
