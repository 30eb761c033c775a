import { describe, expect, test } from '@jest/globals';
import { hashKey } from '#lib/hashing/key-hash';
import type { KeyHolder, KeyScope } from '#lib/store/key-holder';
import { RECORD_LIFE_MS } from '#lib/store/record-life';
import { type ContractKit, DAY, forEach, NOW } from './store-under-test.ts';

const holder = (job: string, chunk: number, change: Partial<KeyHolder> = {}): KeyHolder => ({
  job,
  epoch: 'e',
  window: 4,
  chunk,
  slot: chunk + 1,
  until: undefined,
  ...change,
});

/** Dedup markers, in a window or for a group. */
export function dedupKeysContract(kit: ContractKit): void {
  const { freshId, freshBuffer } = kit;
  const read = async (scope: KeyScope, key: string) =>
    (await kit.store.dedupKeys.readKeys(scope, [key])).get(key);

  describe.each([
    { name: 'a window’s', until: undefined, scope: (): KeyScope => ({ job: freshId() }) },
    {
      name: 'a group’s',
      until: NOW + DAY,
      scope: (): KeyScope => {
        const { batch, group } = freshBuffer();
        return { batch, group };
      },
    },
  ])('a dedup marker, $name', ({ until, scope }) => {
    test('stays its first holder’s, however long its key', async () => {
      const [where, key] = [scope(), 'ä'.repeat(5_000)];
      const [first, second] = [holder('j1', 1, { until }), holder('j2', 3, { until })];
      expect(await kit.store.dedupKeys.putKey(where, key, first)).toEqual(first);
      expect(await kit.store.dedupKeys.putKey(where, key, second)).toEqual(first);
      expect(await kit.store.dedupKeys.putKey(where, key, first)).toEqual(first);
      expect(await kit.store.dedupKeys.putKey(where, `${key}x`, second)).toEqual(second);
      expect(await read(where, key)).toEqual(first);
    });

    test('is taken over from the chunk that it names, by one, who may ask twice', async () => {
      const where = scope();
      const [first, second, third] = [1, 2, 3].map(chunk => holder('j', chunk, { until })) as [
        KeyHolder,
        KeyHolder,
        KeyHolder,
      ];
      await kit.store.dedupKeys.putKey(where, 'k', first);
      const takeOver = (from: KeyHolder, to: KeyHolder) =>
        kit.store.dedupKeys.takeOverKey(where, 'k', from, to);
      expect(await takeOver({ ...first, chunk: 5 }, second)).toEqual(first);
      expect(await takeOver({ ...first, job: 'other' }, second)).toEqual(first);
      expect(await takeOver(first, second)).toEqual(second);
      expect(await takeOver(first, second)).toEqual(second);
      expect(await takeOver(first, third)).toEqual(second);
      expect(await read(where, 'k')).toEqual(second);
    });

    test('is not made by being taken over', async () => {
      const where = scope();
      const [first, second] = [holder('j', 1, { until }), holder('j', 2, { until })];
      expect(await kit.store.dedupKeys.takeOverKey(where, 'k', first, second)).toBeUndefined();
      expect(await read(where, 'k')).toBeUndefined();
    });

    test('is one of many that are read at once, absent ones left out', async () => {
      const where = scope();
      const even = Array.from({ length: 60 }, (_, i) => 2 * i);
      await forEach(even, slot =>
        kit.store.dedupKeys.putKey(where, `key ${slot}`, holder('j', slot, { until })),
      );
      const keys = Array.from({ length: 120 }, (_, i) => `key ${i}`);
      const found = await kit.store.dedupKeys.readKeys(where, keys);
      expect(found.size).toBe(60);
      expect(found.get('key 8')).toEqual(holder('j', 8, { until }));
      expect(await kit.store.dedupKeys.readKeys(scope(), keys)).toEqual(new Map());
    });
  });

  test('a group’s marker moves on with all that it says: window, epoch, slot and until when it counts', async () => {
    const scope = { batch: 'contract', group: freshBuffer().group };
    const [from, to] = [
      holder('j1', 1, { until: NOW + 10 }),
      holder('j2', 0, { epoch: 'f', window: 9, slot: 7, until: NOW + 900 }),
    ];
    await kit.store.dedupKeys.putKey(scope, 'k', from);
    const moved = { ...to, past: { [from.epoch]: from.window } };
    expect(await kit.store.dedupKeys.takeOverKey(scope, 'k', from, to)).toEqual(moved);
    expect(await read(scope, 'k')).toEqual(moved);
  });

  test('a group’s marker remembers the last window that it has named in each other buffer', async () => {
    const scope = { batch: 'contract', group: freshBuffer().group };
    const at = (epoch: string, window: number) =>
      holder(`${epoch}${window}`, 0, { epoch, window, until: NOW });
    const steps = [at('a', 3), at('b', 7), at('b', 8), at('c', 1), at('a', 4)];
    let last = await kit.store.dedupKeys.putKey(scope, 'k', steps[0] as KeyHolder);
    for (const next of steps.slice(1)) {
      last = (await kit.store.dedupKeys.takeOverKey(scope, 'k', last, next)) as KeyHolder;
    }
    expect(last).toEqual({ ...at('a', 4), past: { a: 3, b: 8, c: 1 } });
  });

  test('a marker that is taken over lives as long as one that is put', async () => {
    const job = freshId();
    await kit.store.dedupKeys.putKey({ job }, 'k', holder(job, 1));
    expect(await kit.windowExpiries(job)).toEqual([NOW + RECORD_LIFE_MS]);
    await kit.at(NOW + DAY, () =>
      kit.store.dedupKeys.takeOverKey({ job }, 'k', holder(job, 1), holder(job, 2)),
    );
    expect(await kit.windowExpiries(job)).toEqual([NOW + DAY + RECORD_LIFE_MS]);
  });

  test('markers of a window are given a longer life, each by the hash of its key, and never a shorter one', async () => {
    const job = freshId();
    const scope = { job };
    for (const key of ['a', 'b', 'c']) await kit.store.dedupKeys.putKey(scope, key, holder(job, 1));
    await kit.store.dedupKeys.putKey(scope, 'elsewhere', holder('another job', 1));
    const hashes = ['a', 'c', 'elsewhere', 'not there'].map(hashKey);
    const [before, after] = [NOW, NOW + DAY].map(at => at + RECORD_LIFE_MS);
    for (const until of [after ?? 0, NOW]) await kit.store.retention.prolongKeys(scope, hashes, job, until);
    expect([...(await kit.windowExpiries(job))].sort()).toEqual([before, before, after, after]);
    expect((await kit.store.dedupKeys.readKeys(scope, ['not there'])).size).toBe(0);
    expect(await read(scope, 'a')).toEqual(holder(job, 1));
  });

  test('windows, groups and batches have markers of their own', async () => {
    const id = freshId();
    const scopes: KeyScope[] = [
      { job: id },
      { job: `${id}2` },
      { batch: 'contract', group: undefined },
      { batch: 'contract', group: '' },
      { batch: 'contract', group: 'null' },
      { batch: 'contract', group: id },
      { batch: 'contract', group: `${id}|` },
      { batch: 'contract', group: `"${id}"` },
      { batch: 'contract.b', group: id },
      { batch: 'contract:b', group: id },
    ];
    const key = `key of ${id}`;
    for (const [chunk, scope] of scopes.entries())
      await kit.store.dedupKeys.putKey(scope, key, holder(id, chunk));
    for (const [chunk, scope] of scopes.entries()) expect(await read(scope, key)).toEqual(holder(id, chunk));
  });
}
