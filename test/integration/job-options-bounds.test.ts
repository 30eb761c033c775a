import { describe, expect, test } from '@jest/globals';
import { BusyError, batch, type Receipt } from 'cistern';
import { gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { useLocal } from '../support/use-local.ts';

interface Item {
  readonly group: string;
  readonly n: number;
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const groupBy = ({ group }: Item) => group;

const pending = gate();
const full = batch<Item>({
  name: 'full',
  maxSize: 1,
  maxWaitMs: 60_000,
  maxPendingBatches: 2,
  handler: () => pending.opened,
});

const TTL_MS = 4_000;
const keyed = (name: string, ttlMs: number) =>
  batch<Item>({
    name,
    maxSize: 10,
    maxWaitMs: 60_000,
    groupBy,
    deduplicateBy: { key: ({ n }) => String(n), ttlMs },
    handler: ({ batch: items }) => items.map(({ n }) => n),
  });
const remembering = keyed('remembering', 3_600_000);
const forgetful = keyed('forgetful', TTL_MS);

const order = new Map<string, string[]>();
const ordered = batch<Item>({
  name: 'ordered',
  maxSize: 2,
  maxWaitMs: 60_000,
  groupBy,
  ordered: true,
  retries: { max: 1, baseDelay: 100 },
  handler: async ({ groupKey = '', batch: items, attempt }) => {
    const log = order.get(groupKey) ?? [];
    order.set(groupKey, log);
    const name = `${items.map(({ n }) => n)} attempt ${attempt}`;
    log.push(`begin ${name}`);
    await sleep(30);
    log.push(`end ${name}`);
    if (items.some(({ n }) => n === 3) && (attempt === 1 || groupKey === 'dies')) throw new Error('no');
  },
});

const flushes: { readonly at: number; readonly size: number }[] = [];
const THROTTLE = { max: 2, duration: 1_200 };
const throttled = batch<Item>({
  name: 'throttled',
  maxSize: 5,
  maxWaitMs: 100,
  throttle: THROTTLE,
  handler: ({ batch: items }) => void flushes.push({ at: Date.now(), size: items.length }),
});

describe('bounds', () => {
  useLocal({ batches: [full, remembering, forgetful, ordered, throttled] });

  async function runAll(group: string, of = remembering): Promise<void> {
    const jobs = await of.flush(group);
    await Promise.all(jobs.map(({ job }) => of.waitFor(job)));
  }

  test('maxPendingBatches: add is refused with a code and a hint, and taken again when jobs have ended', async () => {
    const receipts: Receipt[] = [];
    let refusal: unknown;
    await until('an add was refused', async () => {
      try {
        receipts.push(await full.add({ group: '', n: receipts.length }));
      } catch (error) {
        refusal = error;
      }
      return refusal !== undefined;
    });
    expect(refusal).toBeInstanceOf(BusyError);
    expect(refusal).toMatchObject({
      code: 'batch.too_many_pending',
      message: expect.stringContaining('may have 2 (maxPendingBatches)'),
      details: { batch: 'full', maxPendingBatches: 2, retryAfterMs: expect.any(Number) },
    });
    const taken = receipts.length;
    expect(taken).toBeGreaterThanOrEqual(2);
    pending.open();
    await until('it takes items again', () =>
      full.add({ group: '', n: taken }).then(
        receipt => receipts.push(receipt) > 0,
        () => false,
      ),
    );
    const jobs = await Promise.all(receipts.map(receipt => full.waitFor(receipt)));
    expect(jobs.map(({ status }) => status)).toEqual(receipts.map(() => 'completed'));
  });

  test('dedup with ttl: a key is a duplicate after its batch has run, and its receipt names that batch’s job', async () => {
    const first = await remembering.add({ group: 'a', n: 1 });
    await runAll('a');
    const again = await remembering.add({ group: 'a', n: 1 });
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await remembering.getBufferSize('a')).toBe(0);
    expect((await remembering.waitFor(again)).result).toEqual([1]);
  });

  test('dedup with ttl: also beside new items in one bulk, and for each group by itself', async () => {
    const [first] = await remembering.addBulk([{ group: 'b', n: 1 }]);
    await runAll('b');
    const bulk = [
      { group: 'b', n: 1 },
      { group: 'b', n: 2 },
      { group: 'c', n: 1 },
      { group: 'b', n: 2 },
    ];
    const [old, fresh, elsewhere, folded] = await remembering.addBulk(bulk);
    expect(old).toEqual({ ...first, duplicate: true });
    expect(fresh).toMatchObject({ slot: 0, duplicate: false });
    expect(elsewhere).toMatchObject({ slot: 0, duplicate: false });
    expect(folded).toEqual({ ...fresh, duplicate: true });
    expect(new Set([old?.job, fresh?.job, elsewhere?.job]).size).toBe(3);
  });

  test('dedup with ttl: it is forgotten after its time, and remembered anew from then', async () => {
    const first = await forgetful.add({ group: 'd', n: 1 });
    await runAll('d', forgetful);
    await sleep(TTL_MS + 100);
    const second = await forgetful.add({ group: 'd', n: 1 });
    expect(second.duplicate).toBe(false);
    expect(second.job).not.toBe(first.job);
    await runAll('d', forgetful);
    expect(await forgetful.add({ group: 'd', n: 1 })).toEqual({ ...second, duplicate: true });
  });

  test('dedup with ttl: in a window that is open for longer than that it is a duplicate still', async () => {
    const first = await forgetful.add({ group: 'e', n: 1 });
    await sleep(TTL_MS + 100);
    expect(await forgetful.add({ group: 'e', n: 1 })).toEqual({ ...first, duplicate: true });
    const [flushed] = await forgetful.flush('e');
    expect(flushed).toMatchObject({ job: first.job, items: 1 });
  });

  test('dedup with ttl: of many adds of a key at once exactly one is taken', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 12 }, () => remembering.add({ group: 'f', n: 1 })),
    );
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await runAll('f');
    expect((await remembering.waitFor(receipts[0] ?? '')).result).toEqual([1]);
  });

  test.each([
    ['a batch that is retried holds up those behind it', 'retries', ['3,4 attempt 1', '3,4 attempt 2']],
    ['what has failed for good lets the next one go on', 'dies', ['3,4 attempt 1', '3,4 attempt 2']],
  ])('ordered: %s, and no two run at once', async (_, group, middle) => {
    const receipts = await ordered.addBulk([1, 2, 3, 4, 5, 6].map(n => ({ group, n })));
    const jobs = await Promise.all([0, 2, 4].map(at => ordered.waitFor(receipts[at] ?? '')));
    expect(order.get(group)).toEqual(
      ['1,2 attempt 1', ...middle, '5,6 attempt 1'].flatMap(name => [`begin ${name}`, `end ${name}`]),
    );
    const failed = group === 'dies' ? 'failed' : 'completed';
    expect(jobs.map(({ status }) => status)).toEqual(['completed', failed, 'completed']);
  });

  test('ordered: groups do not wait for each other', async () => {
    const receipts = await ordered.addBulk(['x', 'y'].flatMap(group => [3, 4].map(n => ({ group, n }))));
    await Promise.all(receipts.map(receipt => ordered.waitFor(receipt)));
    const begun = (group: string) => order.get(group)?.length ?? 0;
    expect([begun('x'), begun('y')]).toEqual([4, 4]);
  });

  test('throttle: no more than max batches in any span, none over maxSize, and everything comes out', async () => {
    const jobs = new Set<string>();
    for (let n = 0; n < 22; n++) {
      jobs.add((await throttled.add({ group: '', n })).job);
      await sleep(10);
    }
    const ended = await Promise.all([...jobs].map(job => throttled.waitFor(job)));
    const sealed = ended.map(({ sealedAt }) => sealedAt.getTime()).sort((a, b) => a - b);
    expect(sealed.length).toBeGreaterThan(THROTTLE.max);
    for (const [at, time] of sealed.slice(THROTTLE.max).entries()) {
      expect(time - (sealed[at] ?? 0)).toBeGreaterThanOrEqual(THROTTLE.duration);
    }
    expect(Math.max(...flushes.map(({ size }) => size))).toBeLessThanOrEqual(5);
    expect(flushes.reduce((sum, { size }) => sum + size, 0)).toBe(22);
  });
});
