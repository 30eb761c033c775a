import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { planChunks, toChunk } from '#lib/buffer/chunks';
import { hashKey } from '#lib/hashing/key-hash';
import { RECORD_LIFE_MS } from '#lib/store/record-life';
import type { Chunk } from '#lib/store/slot-record';
import { type ContractKit, DAY, forEach, NOW } from './store-under-test.ts';

const chunk = (slot: number, items: unknown[], holes: number[] = []): Chunk => ({
  kind: 'chunk',
  slot,
  slots: items.length + holes.length,
  holes,
  items: JSON.stringify(items),
});
const tombstone = (slot: number, slots = 1) => ({ kind: 'tombstone' as const, slot, slots });
/** Text that hardly compresses. */
const noise = (i: number): string =>
  Array.from({ length: 6_000 }, (_, j) => Math.sin(i * 7_919 + j).toString(36)).join('');

/** Windows: chunks and tombstones, and their life. */
export function windowsContract(kit: ContractKit): void {
  const { freshId } = kit;
  const windows = () => kit.store.windows;
  const markOf = (job: string) => ({ job, epoch: 'e', window: 0, chunk: 0, slot: 0, until: undefined });

  describe('windows', () => {
    test('a chunk lands where nothing is, and lands again; where a tombstone is it is fenced', async () => {
      const job = freshId();
      expect(await windows().putChunk(job, chunk(0, ['a', 'b'], [1]))).toBe('landed');
      expect(await windows().putChunk(job, chunk(0, ['a', 'b'], [1]))).toBe('landed');
      await windows().putTombstone(job, tombstone(3));
      expect(await windows().putChunk(job, chunk(3, ['c']))).toBe('fenced');
      expect(await windows().readSlots(job, 0, 9)).toEqual([chunk(0, ['a', 'b'], [1]), tombstone(3)]);
    });

    test('a page has as many records as asked for, says when each was put, and whether it is the last', async () => {
      const job = freshId();
      await windows().putChunk(job, chunk(0, ['a', 'b']));
      await windows().putTombstone(job, tombstone(2));
      await windows().putChunk(job, chunk(3, ['c']));
      await windows().putChunk(job, chunk(9, ['beyond']));
      const first = await windows().readPage(job, 0, 8, 2);
      expect(first.slots.map(({ record }) => record)).toEqual([chunk(0, ['a', 'b']), tombstone(2)]);
      expect(first.isLast).toBe(false);
      const [landed] = first.slots;
      expect(Math.abs((landed?.putAt ?? 0) - NOW)).toBeLessThan(DAY);
      const second = await windows().readPage(job, 3, 8, 2);
      expect(second.slots.map(({ record }) => record)).toEqual([chunk(3, ['c'])]);
      expect(second.isLast).toBe(true);
      expect(await windows().readPage(job, 4, 8, 2)).toEqual({ slots: [], isLast: true });
    });

    test('a tombstone loses to a chunk, and says so; the first of two tombstones stays', async () => {
      const job = freshId();
      await windows().putChunk(job, chunk(0, ['a']));
      expect(await windows().putTombstone(job, tombstone(0))).toEqual(chunk(0, ['a']));
      expect(await windows().putTombstone(job, tombstone(1, 4))).toEqual(tombstone(1, 4));
      expect(await windows().putTombstone(job, tombstone(1))).toEqual(tombstone(1, 4));
    });

    test('items come back as they were, compressed or not', async () => {
      const job = freshId();
      const nasty = ['\ud800', 'ä🦊', '', { ['__proto__']: [null, -1.5e-7, 1e21] }, '\u0000|"'];
      const large = Array.from({ length: 400 }, (_, i) => ({ i, nasty }));
      await windows().putChunk(job, chunk(0, nasty));
      await windows().putChunk(job, chunk(100, large));
      const [first, second] = await windows().readSlots(job, 0, 9_999);
      expect(first).toEqual(chunk(0, nasty));
      expect(second).toEqual(chunk(100, large));
    });

    test('items keep the hashes of their dedup keys', async () => {
      const job = freshId();
      const items = Array.from({ length: 1_200 }, (_, index) => {
        const json = JSON.stringify({ index, noise: randomBytes(250).toString('base64') });
        return { index, json, bytes: json.length, key: `\ud800${index}` };
      });
      const chunks = planChunks([{ window: 0, slot: 0, count: items.length }], items).map(plan =>
        toChunk(plan, ({ index }) => index % 100 > 0),
      );
      for (const each of chunks) expect(await windows().putChunk(job, each)).toBe('landed');
      const read = (await windows().readSlots(job, 0, 9_999)) as Chunk[];
      expect(read).toEqual(chunks);
      expect(read.flatMap(({ keys }) => keys)).toEqual(
        items.filter(({ index }) => index % 100 > 0).map(({ key }) => hashKey(key)),
      );
    });

    test('a range is read in the order of its slots, over as many pages as it has, and nothing else', async () => {
      const job = freshId();
      const slots = [0, 2, 11, 101, 1_000, 9_999];
      await Promise.all(slots.map(slot => windows().putChunk(job, chunk(slot, [noise(slot)]))));
      await kit.store.dedupKeys.putKey({ job }, 'k', markOf(job));
      const read = async (from: number, to: number) =>
        (await windows().readSlots(job, from, to)).map(({ slot }) => slot);
      expect(await read(0, 9_999)).toEqual(slots);
      expect(await read(2, 101)).toEqual([2, 11, 101]);
      expect(await read(3, 10)).toEqual([]);
    });

    test('records are read by the hundred, absent ones left out', async () => {
      const job = freshId();
      const even = Array.from({ length: 60 }, (_, i) => 2 * i);
      await forEach(even, slot => windows().putChunk(job, chunk(slot, [slot])));
      const all = Array.from({ length: 120 }, (_, i) => i);
      expect([...(await windows().readRecords(job, all)).keys()].sort((a, b) => a - b)).toEqual(even);
      expect((await windows().readRecords(freshId(), all)).size).toBe(0);
    });
  });

  describe('prolonging a window', () => {
    const filled = async (): Promise<string> => {
      const job = freshId();
      await windows().putChunk(job, chunk(0, ['a']));
      await windows().putTombstone(job, tombstone(1));
      await kit.store.dedupKeys.putKey({ job }, 'k', markOf(job));
      return job;
    };
    const expiries = async (job: string) => new Set(await kit.windowExpiries(job));

    test('gives all its records the life that they are put with, from now on, and changes nothing else', async () => {
      const job = await filled();
      expect(await expiries(job)).toEqual(new Set([NOW + RECORD_LIFE_MS]));
      await kit.at(NOW + DAY, () => kit.store.retention.prolong(job));
      expect(await expiries(job)).toEqual(new Set([NOW + DAY + RECORD_LIFE_MS]));
      expect(await kit.windowExpiries(job)).toHaveLength(3);
      expect(await windows().readSlots(job, 0, 9)).toEqual([chunk(0, ['a']), tombstone(1)]);
      expect((await kit.store.dedupKeys.readKeys({ job }, ['k'])).get('k')).toEqual(markOf(job));
    });

    test('can give them a longer life, and never takes any away', async () => {
      const job = await filled();
      await kit.store.retention.prolong(job, NOW + 400 * DAY);
      expect(await expiries(job)).toEqual(new Set([NOW + 400 * DAY]));
      await kit.store.retention.prolong(job);
      await kit.store.retention.prolong(job, NOW + DAY);
      expect(await expiries(job)).toEqual(new Set([NOW + 400 * DAY]));
    });

    test('brings nothing about where nothing is', async () => {
      const job = freshId();
      await kit.store.retention.prolong(job);
      expect(await kit.windowExpiries(job)).toEqual([]);
    });

    test('leaves its job’s record alone', async () => {
      const job = await filled();
      await kit.store.jobs.putJob(kit.newJob({ id: job }), NOW);
      const before = await kit.store.jobs.readJob(job);
      await kit.store.retention.prolong(job, NOW + 400 * DAY);
      expect(await kit.store.jobs.readJob(job)).toEqual(before);
      // far beyond that life: an unfinished job's record has no expiry, and has not been given one
      await kit.at(NOW + 800 * DAY, async () => {
        expect(await kit.store.jobs.readJob(job)).toEqual(before);
      });
    });
  });

  test('records of some slots that expire soon are given a longer life, and the others are told of', async () => {
    const job = freshId();
    const hashes = ['a', 'b'].map(hashKey);
    await windows().putChunk(job, { ...chunk(0, ['a', 'b']), keys: hashes });
    await kit.at(NOW + DAY, () => windows().putTombstone(job, tombstone(3)));
    await windows().putChunk(job, chunk(9, ['c']));
    const past = NOW + RECORD_LIFE_MS;
    const until = NOW + 400 * DAY;
    expect(await kit.store.retention.keepSlots(job, 0, 8, past, until)).toEqual([
      { slot: 0, slots: 2, expires: until, isProlonged: true, hashes },
      { slot: 3, slots: 1, expires: past + DAY, isProlonged: false, hashes: [] },
    ]);
    expect([...(await kit.windowExpiries(job))].sort()).toEqual([past, past + DAY, until]);
    expect(
      (await kit.store.retention.keepSlots(job, 0, 8, past, until)).map(({ isProlonged }) => isProlonged),
    ).toEqual([false, false]);
    expect(await kit.store.retention.keepSlots(freshId(), 0, 8, past, until)).toEqual([]);
  });

  test('an erased window holds no item any more, and yet no writer can come late', async () => {
    const job = freshId();
    await windows().putChunk(job, { ...chunk(0, ['a', 'b'], [1]), keys: ['a', 'b'].map(hashKey) });
    await windows().putChunk(job, chunk(3, [noise(1)]));
    await windows().putTombstone(job, tombstone(4));
    await kit.store.dedupKeys.putKey({ job }, 'k', markOf(job));
    await kit.store.retention.erase(job);
    await kit.store.retention.erase(job);
    expect(await windows().readSlots(job, 0, 9)).toEqual([
      { ...chunk(0, ['a', 'b'], [1]), items: '[]' },
      { ...chunk(3, ['']), items: '[]' },
      tombstone(4),
    ]);
    expect(await windows().putChunk(job, chunk(3, ['late']))).toBe('landed');
    expect((await windows().readRecords(job, [3])).get(3)).toMatchObject({ items: '[]' });
    expect((await kit.store.dedupKeys.readKeys({ job }, ['k'])).size).toBe(1);
    await kit.store.retention.erase(freshId());
  });
}
