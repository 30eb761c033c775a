import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import type { Table, Update, WriteResult } from '#lib/store/table-port';
import { TABLE_KEYS } from '#lib/topology';
import type { JournalPart } from '../journal/lmdb-journal.ts';
import { parseCondition } from './condition.ts';
import { type IndexKeys, IndexView } from './index-view.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { parseKeyCondition } from './key-condition.ts';
import { once } from './once.ts';
import { toKey, toRange, toValues } from './request.ts';
import { assertGiven } from './scope.ts';
import { SortedMap } from './sorted-map.ts';
import { parseUpdate } from './update.ts';
import { assertSize, copyOf, toStoredMap } from './values.ts';

const INDEXES: Readonly<Record<string, IndexKeys>> = {
  [TABLE_KEYS.dueIndex.name]: { ...TABLE_KEYS.dueIndex, type: 'number' },
  [TABLE_KEYS.jobIndex.name]: { ...TABLE_KEYS.jobIndex, type: 'string' },
};

const conditionOf = once(parseCondition);
const updateOf = once(parseUpdate);
const keyConditionOf = once(parseKeyCondition);

export interface MemoryTableOptions {
  /**
   * Gets each change of the indexes, and applies it by calling `apply`. By default changes are applied at once. A
   * simulation delays them, so that an index lags behind its table. Changes of one record have to stay in order.
   */
  readonly onIndexChange?: (apply: () => void) => void;
  /**
   * Gets each write before it is applied, with the record before and after it. An error that it throws refuses the write.
   * A capacity model counts write units by it.
   */
  readonly onWrite?: (before: PlainRecord | undefined, after: PlainRecord) => void;
  /** Keeps the records, and has those of an earlier process. Default: they are in memory alone. */
  readonly journal?: JournalPart | undefined;
}

/**
 * The table in memory. It evaluates DynamoDB's expressions.
 *
 * Each method decides and applies at once, before it returns its promise. With a journal the promise resolves when all
 * changes that the answer depends on are on disk. Queries of an index do not wait, since an index is never certain.
 *
 * Each method does what one call to AWS does. A simulation makes faults, throttling and delays by a `Table` of its own
 * around this one, a lagging index by `onIndexChange`, and TTL by `expired` and `delete`. A request that DynamoDB would
 * refuse throws InvalidRequestError.
 */
export class MemoryTable implements Table {
  readonly #partitions = new Map<string, SortedMap<string, PlainRecord>>();
  readonly #indexes = new Map(Object.entries(INDEXES).map(([name, keys]) => [name, new IndexView(keys)]));
  readonly #expiries = new SortedMap<readonly [at: number, pk: string, sk: string], RecordKey>(
    (a, b) => a[0] - b[0] || byText(a[1], b[1]) || byText(a[2], b[2]),
  );
  readonly #onIndexChange: (apply: () => void) => void;
  readonly #onWrite: NonNullable<MemoryTableOptions['onWrite']>;
  readonly #journal: JournalPart | undefined;

  constructor({ onIndexChange = apply => apply(), onWrite = () => {}, journal }: MemoryTableOptions = {}) {
    this.#onIndexChange = onIndexChange;
    this.#onWrite = onWrite;
    for (const record of (journal?.values() ?? []) as Iterable<RecordKey & PlainRecord>) {
      this.#replace(record, undefined, toStoredMap(record));
    }
    this.#journal = journal;
  }

  async get(key: RecordKey): Promise<PlainRecord | undefined> {
    return this.#certain(copyOf(this.#at(key)));
  }

  async getAll(keys: readonly RecordKey[]): Promise<PlainRecord[]> {
    if (new Set(keys.map(({ pk, sk }) => `${pk}\0${sk}`)).size < keys.length) {
      throw new InvalidRequestError('Provided list of item keys contains duplicates.');
    }
    return this.#certain(
      keys.flatMap(key => {
        const record = this.#at(key);
        return record ? [copyOf(record)] : [];
      }),
    );
  }

  async putNew(given: RecordKey & PlainRecord): Promise<WriteResult> {
    const there = this.#at(given);
    if (there !== undefined) return this.#certain({ applied: false, record: copyOf(there) });
    return this.#certain({ applied: true, record: this.#write(undefined, toStoredMap(given)) });
  }

  async update(
    key: RecordKey,
    { update, condition, values = {}, aliases = {} }: Update,
  ): Promise<WriteResult> {
    const there = this.#at(key);
    const parsed = updateOf(update);
    const conditions = condition === undefined ? undefined : conditionOf(condition);
    const scope = { record: there ?? {}, values: toValues(values, parsed, conditions), aliases };
    if (conditions && !conditions.holds(scope)) {
      return this.#certain({ applied: false, record: copyOf(there) });
    }
    const record = parsed.apply({ ...scope, record: there ?? { pk: key.pk, sk: key.sk } });
    if (record['pk'] !== key.pk || record['sk'] !== key.sk) {
      throw new InvalidRequestError(`Cannot update an attribute that is part of the key: ${update}`);
    }
    return this.#certain({ applied: true, record: this.#write(there, record) });
  }

  async range(pk: string, from: string, to: string): Promise<PlainRecord[]> {
    const found: PlainRecord[] = [];
    for (const [sk, record] of this.#partitions.get(pk)?.from(from) ?? []) {
      if (sk > to) break;
      found.push(copyOf(record));
    }
    return this.#certain(found);
  }

  async rangePage(
    pk: string,
    from: string,
    to: string,
    limit: number,
  ): Promise<{ readonly records: readonly PlainRecord[]; readonly isLast: boolean }> {
    const found = await this.range(pk, from, to);
    return { records: found.slice(0, limit), isLast: found.length < limit };
  }

  async partition(pk: string, attributes: readonly string[]): Promise<PlainRecord[]> {
    const found = [...(this.#partitions.get(pk)?.from() ?? [])].map(([, record]) =>
      Object.fromEntries(attributes.flatMap(name => (name in record ? [[name, copyOf(record[name])]] : []))),
    );
    return this.#certain(found);
  }

  async indexPage(
    index: string,
    condition: string,
    values: PlainRecord,
    limit: number,
    order: 'ascending' | 'descending' = 'ascending',
    after?: PlainRecord,
  ): Promise<PlainRecord[]> {
    const page: PlainRecord[] = [];
    for (const entry of this.#query(index, condition, values, order, after)) {
      if (page.push(entry) >= limit) break;
    }
    return page;
  }

  async indexStart(name: string, limit: number): Promise<{ entries: PlainRecord[]; isAll: boolean }> {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new InvalidRequestError(`There is no index ${name}.`);
    const entries: PlainRecord[] = [];
    for (const entry of index.all()) {
      if (entries.length === limit) return { entries, isAll: false };
      entries.push(entry);
    }
    return { entries, isAll: true };
  }

  async indexAll(index: string, condition: string, values: PlainRecord): Promise<PlainRecord[]> {
    return [...this.#query(index, condition, values, 'ascending')];
  }

  async indexCount(index: string, condition: string, values: PlainRecord, enough: number): Promise<number> {
    return (await this.indexPage(index, condition, values, enough)).length;
  }

  /**
   * Returns all records, partition by partition in the order in which the partitions were made. These are the stored
   * records themselves: a write never changes one, it puts another in its place. The caller must not change them.
   */
  *records(): Generator<Readonly<PlainRecord>> {
    for (const partition of this.#partitions.values()) {
      for (const [, record] of partition.from()) yield record;
    }
  }

  /** Returns the keys of records whose TTL attribute is before a time. DynamoDB deletes such records some time later. */
  *expired(nowMs: number): Generator<RecordKey> {
    for (const [[at], key] of this.#expiries.from()) {
      if (at * 1_000 >= nowMs) return;
      yield { ...key };
    }
  }

  /** Deletes a record, as TTL does. Returns false if there is none. */
  delete(key: RecordKey): boolean {
    const there = this.#at(key);
    if (there === undefined) return false;
    this.#replace(key, there, undefined);
    return true;
  }

  /** Returns an answer when the changes that it depends on are on disk. */
  async #certain<T>(answer: T): Promise<T> {
    if (this.#journal) await this.#journal.written();
    return answer;
  }

  #at({ pk, sk }: RecordKey): PlainRecord | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  #write(before: PlainRecord | undefined, record: PlainRecord): PlainRecord {
    const key = toKey(record);
    assertSize(record);
    for (const index of this.#indexes.values()) index.assertKeys(record);
    this.#onWrite(before, record);
    this.#replace(key, before, record);
    return copyOf(record);
  }

  #replace({ pk, sk }: RecordKey, before: PlainRecord | undefined, after: PlainRecord | undefined): void {
    const partition = this.#partitions.get(pk) ?? new SortedMap(byText);
    if (after) {
      partition.set(sk, after);
      this.#partitions.set(pk, partition);
    } else {
      partition.delete(sk);
      if (partition.size === 0) this.#partitions.delete(pk);
    }
    this.#journal?.write(`${pk}\0${sk}`, after);
    const [until, now] = [before?.[TABLE_KEYS.ttlAttribute], after?.[TABLE_KEYS.ttlAttribute]];
    if (until !== now) {
      if (typeof until === 'number') this.#expiries.delete([until, pk, sk]);
      if (typeof now === 'number') this.#expiries.set([now, pk, sk], { pk, sk });
    }
    this.#onIndexChange(() => {
      for (const index of this.#indexes.values()) index.apply(before, after);
    });
  }

  #query(
    name: string,
    text: string,
    given: PlainRecord,
    order: 'ascending' | 'descending',
    after?: PlainRecord,
  ): Generator<PlainRecord> {
    const index = this.#indexes.get(name);
    const condition = keyConditionOf(text);
    const { partition, sort } = condition;
    if (partition.attribute !== index?.keys.partitionKey || (sort && sort.attribute !== index.keys.sortKey)) {
      throw new InvalidRequestError(`The index ${name} has no such keys: ${text}`);
    }
    assertGiven([partition.value, ...(sort ? [sort.value] : [])], given, text);
    return index.read(given[partition.value] as string | number, toRange(condition, given), order, after);
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
