import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryTable } from '../../local/table/memory-table.ts';
import { SortedMap } from '../../local/table/sorted-map.ts';

const KEY = { pk: 'p', sk: 's' };

/** A table with one record. */
async function tableOf(record: Record<string, unknown>): Promise<MemoryTable> {
  const table = new MemoryTable();
  await table.putNew({ ...KEY, ...record });
  return table;
}

describe('a table in memory', () => {
  test('takes values as they are at the call, and gives copies away', async () => {
    const table = new MemoryTable();
    const values = [1];
    const bytes = new Uint8Array([1]);
    await table.putNew({ ...KEY, values, bytes });
    values.push(2);
    bytes[0] = 2;
    const read = await table.get(KEY);
    expect(read).toEqual({ ...KEY, values: [1], bytes: new Uint8Array([1]) });
    (read?.['values'] as number[] | undefined)?.push(3);
    expect((await table.get(KEY))?.['values']).toEqual([1]);
  });

  test('leaves out what is undefined', async () => {
    const table = await tableOf({ a: undefined, map: { b: undefined, c: null }, values: [1, undefined] });
    expect(await table.get(KEY)).toStrictEqual({ ...KEY, map: { c: null }, values: [1] });
  });

  test('evaluates an update on the record as it was before', async () => {
    const table = await tableOf({ a: 1, b: 5 });
    const { record } = await table.update(KEY, {
      update: 'SET #a = #b, #c = if_not_exists(#c, :c) + #a REMOVE #b ADD #n :c',
      values: { c: 10 },
    });
    expect(record).toEqual({ ...KEY, a: 5, c: 11, n: 10 });
  });

  test('gives a refused write the record as it stands, and changes nothing', async () => {
    const table = await tableOf({ a: 1 });
    const there = { ...KEY, a: 1 };
    const condition = 'NOT #a IN (:a) OR (#a BETWEEN :b AND :c AND size(#pk) > :a)';
    const values = { a: 1, b: 2, c: 3 };
    expect(await table.update(KEY, { update: 'SET #a = :b', condition, values })).toEqual({
      applied: false,
      record: there,
    });
    expect(await table.putNew({ ...KEY, a: 2 })).toEqual({ applied: false, record: there });
    expect(await table.get(KEY)).toEqual(there);
  });

  test('compares nothing with what is not there, or is of another type', async () => {
    const table = await tableOf({ text: '5' });
    const holds = async (condition: string) =>
      (await table.update(KEY, { update: 'SET #x = :n', condition, values: { n: 5 } })).applied;
    for (const operator of ['=', '<', '<=', '>', '>=']) {
      expect(await holds(`#text ${operator} :n`)).toBe(false);
      expect(await holds(`#absent ${operator} :n`)).toBe(false);
      expect(await holds(`size(#absent) ${operator} :n`)).toBe(false);
    }
    expect(await holds('#absent <> :n')).toBe(true);
  });

  test.each([
    ['a value that is not given', 'SET #a = :missing', undefined],
    [
      'a value that is not given, in a branch that need not be looked at',
      'SET #a = :one',
      '#n = :one OR #n = :missing',
    ],
    ['no clause', '', undefined],
    ['a SET of nothing', 'SET ', undefined],
    ['a clause twice', 'SET #a = :one SET #b = :one', undefined],
    ['a name without #', 'SET a = :one', undefined],
    ['an unknown function', 'SET #a = :one', 'begins_with(#text, :one)'],
    ['one path twice', 'SET #a = :one REMOVE #a', undefined],
    ['a path within another', 'SET #map.#x = :one, #map = :one', undefined],
    ['a path into what is not there', 'SET #absent.#x = :one', undefined],
    ['a path into what is no map', 'SET #text.#x = :one', undefined],
    ['an operand that is not there', 'SET #a = #absent', undefined],
    ['a sum with a text', 'SET #a = #text + :one', undefined],
    ['an addition to a text', 'ADD #text :one', undefined],
    ['a change of the key', 'SET #sk = :text', undefined],
    ['an index key of another type', 'SET #tick = :text', undefined],
    ['a record of more than 400 KB', 'SET #a = :large', undefined],
    ['a number that is none', 'SET #a = :nan', undefined],
    ['a date', 'SET #a = :date', undefined],
  ])('refuses %s, as DynamoDB does, and changes nothing', async (_, update, condition) => {
    const table = await tableOf({ n: 1, text: 't', map: {} });
    const before = await table.get(KEY);
    const values = { one: 1, text: 't', large: 'x'.repeat(410_000), nan: Number.NaN, date: new Date(0) };
    await expect(
      table.update(KEY, { update, values, ...(condition !== undefined && { condition }) }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await table.get(KEY)).toEqual(before);
  });

  test('shows in an index the records that have both of its keys, in order, and nothing but keys', async () => {
    const table = new MemoryTable();
    for (const dueAt of [30, 10, 20, 40]) {
      await table.putNew({ pk: `p${dueAt}`, sk: 's', tick: 1, dueAt, other: 'x' });
    }
    await table.putNew({ pk: 'no time', sk: 's', tick: 1 });
    await table.update({ pk: 'p20', sk: 's' }, { update: 'REMOVE #dueAt' });
    await table.update({ pk: 'p10', sk: 's' }, { update: 'SET #dueAt = :at', values: { at: 35 } });
    const due = (condition: string, limit = 9, order: 'ascending' | 'descending' = 'ascending') =>
      table.indexPage('due', condition, { tick: 1, at: 35 }, limit, order);
    expect(await due('#tick = :tick')).toEqual([
      { pk: 'p30', sk: 's', tick: 1, dueAt: 30 },
      { pk: 'p10', sk: 's', tick: 1, dueAt: 35 },
      { pk: 'p40', sk: 's', tick: 1, dueAt: 40 },
    ]);
    const times = (entries: Record<string, unknown>[]) => entries.map(({ dueAt }) => dueAt);
    expect(times(await due('#tick = :tick AND #dueAt <= :at'))).toEqual([30, 35]);
    expect(times(await due('#tick = :tick AND #dueAt < :at'))).toEqual([30]);
    expect(times(await due('#tick = :tick AND #dueAt > :at'))).toEqual([40]);
    expect(times(await due('#tick = :tick AND #dueAt >= :at', 9, 'descending'))).toEqual([40, 35]);
    expect(times(await due('#tick = :tick', 1, 'descending'))).toEqual([40]);
    expect(await table.indexCount('due', '#tick = :tick', { tick: 1 }, 2)).toBe(2);
    await expect(due('#list = :tick')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('can have its indexes lag behind', async () => {
    const changes: (() => void)[] = [];
    const table = new MemoryTable({ onIndexChange: apply => changes.push(apply) });
    await table.putNew({ ...KEY, tick: 1, dueAt: 1 });
    expect(await table.indexAll('due', '#tick = :tick', { tick: 1 })).toEqual([]);
    for (const apply of changes) apply();
    expect(await table.indexAll('due', '#tick = :tick', { tick: 1 })).toHaveLength(1);
  });

  test('names the records whose time is up, and deletes them when it is told to', async () => {
    const table = new MemoryTable();
    for (const expires of [3, 1, 2]) await table.putNew({ pk: `p${expires}`, sk: 's', expires });
    await table.update({ pk: 'p1', sk: 's' }, { update: 'REMOVE #expires' });
    expect([...table.expired(2_000)]).toEqual([]);
    const [key, ...others] = [...table.expired(2_001)];
    expect([key, others]).toEqual([{ pk: 'p2', sk: 's' }, []]);
    expect(table.delete({ pk: 'p2', sk: 's' })).toBe(true);
    expect(table.delete({ pk: 'p2', sk: 's' })).toBe(false);
    expect([...table.records()].map(({ pk }) => pk)).toEqual(['p3', 'p1']);
  });
});

test('a sorted map is a map whose entries are in order', () => {
  const change = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4_000, size: 'max' }), fc.nat(3_000), (changes, from) => {
      const sorted = new SortedMap<number, string>((a, b) => a - b);
      const plain = new Map<number, string>();
      for (const [deletes, key] of changes) {
        if (deletes) expect(sorted.delete(key)).toBe(plain.delete(key));
        else {
          sorted.set(key, `${key}`);
          plain.set(key, `${key}`);
        }
      }
      const entries = [...plain].sort(([a], [b]) => a - b);
      expect(sorted.size).toBe(plain.size);
      expect([...sorted.from()]).toEqual(entries);
      expect([...sorted.from(from)]).toEqual(entries.filter(([key]) => key >= from));
      expect([...sorted.before(from)]).toEqual(entries.filter(([key]) => key < from).reverse());
      expect(sorted.get(from)).toBe(plain.get(from));
    }),
    { numRuns: 10 },
  );
});
