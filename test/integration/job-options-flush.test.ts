import { describe, expect, test } from '@jest/globals';
import { batch, type JobInfo, type Receipt } from 'cistern';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
  readonly n?: number;
  readonly urgent?: boolean;
}

const handler = () => {};
const groupBy = ({ group }: Item) => group;
const quiet = batch<Item>({
  name: 'quiet',
  maxSize: 100,
  maxWaitMs: 5_000,
  quietMs: 1_500,
  groupBy,
  handler,
});
const hasty = batch<Item>({
  name: 'hasty',
  maxSize: 3,
  maxWaitMs: 60_000,
  groupBy,
  urgent: ({ urgent }) => urgent === true,
  handler,
});
const limited = batch<Item>({
  name: 'limited',
  maxSize: 4,
  maxWaitMs: 60_000,
  groupBy,
  limits: group => {
    if (group === 'small') return { maxSize: 2 };
    if (group === 'large') return { maxSize: 6 };
    if (group === 'quick') return { maxWaitMs: 400 };
    return undefined;
  },
  handler,
});
const plain = batch<{ readonly n: number }>({ name: 'plain', maxSize: 100, maxWaitMs: 60_000, handler });

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const since = (job: JobInfo) => job.sealedAt.getTime() - job.createdAt.getTime();

describe('when a buffer flushes', () => {
  useLocal({ batches: [quiet, hasty, limited, plain] });

  /** Adds one item about every `everyMs`, for so long. */
  async function drip(of: typeof quiet, group: string, everyMs: number, forMs: number): Promise<Receipt[]> {
    const receipts: Receipt[] = [];
    for (const until = Date.now() + forMs; Date.now() < until; await sleep(everyMs)) {
      receipts.push(await of.add({ group }));
    }
    return receipts;
  }
  const many = (group: string, n: number) => Array.from({ length: n }, () => ({ group }));

  test('quietMs: when nothing has come for so long', async () => {
    const receipt = await quiet.add({ group: 'alone' });
    const job = await quiet.waitFor(receipt);
    expect(job.flushReason).toBe('quiet');
    expect(since(job)).toBeGreaterThanOrEqual(1_500);
  });

  test('quietMs: items that go on coming postpone it', async () => {
    const receipts = await drip(quiet, 'steady', 100, 2_200);
    const job = await quiet.waitFor(receipts[0] ?? '');
    expect(new Set(receipts.map(({ job: id }) => id)).size).toBe(1);
    expect(job).toMatchObject({ flushReason: 'quiet', counts: { slots: receipts.length } });
    expect(since(job)).toBeGreaterThanOrEqual(2_200);
  });

  test('quietMs: maxWaitMs stays the ceiling', async () => {
    const [first] = await drip(quiet, 'never quiet', 100, 5_200);
    const job = await quiet.waitFor(first ?? '');
    expect(job.flushReason).toBe('time');
    expect(since(job)).toBeGreaterThanOrEqual(5_000);
  });

  test('urgent: the buffer flushes at once, with the urgent item and what was there', async () => {
    const before = await hasty.add({ group: 'urgent', n: 1 });
    const urgent = await hasty.add({ group: 'urgent', n: 2, urgent: true });
    expect(urgent).toEqual({ job: before.job, slot: 1, duplicate: false });
    const job = await hasty.waitFor(urgent);
    expect(job).toMatchObject({ flushReason: 'urgent', counts: { slots: 2 } });
    expect(await hasty.getBufferSize('urgent')).toBe(0);
  });

  test('urgent: of other groups nothing flushes', async () => {
    await hasty.add({ group: 'patient' });
    await hasty.add({ group: 'impatient', urgent: true });
    expect(await hasty.getBufferSize('patient')).toBe(1);
  });

  test('urgent: a bulk with an urgent item flushes whole, and no batch is over maxSize', async () => {
    const items = [1, 2, 3, 4, 5].map(n => ({ group: 'bulk', n, urgent: n === 2 }));
    const receipts = await hasty.addBulk(items);
    const jobs = await Promise.all([...new Set(receipts.map(({ job }) => job))].map(id => hasty.waitFor(id)));
    expect(jobs.map(({ counts, flushReason }) => [counts.slots, flushReason])).toEqual([
      [3, 'size'],
      [2, 'urgent'],
    ]);
  });

  test.each([
    ['small', 2],
    ['large', 6],
    ['any other', 4],
  ])('limits: group %p flushes at %d items', async (group, maxSize) => {
    const receipts = await limited.addBulk(many(group, maxSize + 1));
    const job = await limited.waitFor(receipts[0] ?? '');
    expect(job).toMatchObject({ flushReason: 'size', counts: { slots: maxSize } });
    expect(receipts.at(-1)).toMatchObject({ slot: 0 });
  });

  test('limits: a group’s own maxWaitMs, beside the batch’s maxSize', async () => {
    const receipt = await limited.add({ group: 'quick' });
    const job = await limited.waitFor(receipt);
    expect(job.flushReason).toBe('time');
    expect(since(job)).toBeGreaterThanOrEqual(400);
    expect(since(job)).toBeLessThan(60_000);
  });

  test('a group named "default", "" or "__proto__" is a group like any other', async () => {
    const names = ['default', '', '__proto__', 'constructor', 'undefined', 'null'];
    const receipts = await limited.addBulk(names.map(group => ({ group })));
    expect(new Set(receipts.map(({ job }) => job)).size).toBe(names.length);
    for (const [at, group] of names.entries()) {
      expect(await limited.getBufferSize(group)).toBe(1);
      const [flushed, ...others] = await limited.flush(group);
      expect(others).toEqual([]);
      expect(flushed).toEqual({ job: receipts[at]?.job, group, items: 1 });
      expect(await limited.waitFor(receipts[at] ?? '')).toMatchObject({ status: 'completed', group });
      const { jobs } = await limited.getJobs({ group });
      expect(jobs.map(({ id }) => id)).toEqual([receipts[at]?.job]);
    }
  });

  test('without groupBy there is no group, neither for the job nor for the handler', async () => {
    const receipt = await plain.add({ n: 1 });
    await plain.flush();
    expect(await plain.waitFor(receipt)).not.toHaveProperty('group');
  });
});
