import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import { InvalidRequestError } from './invalid-request-error.ts';
import { SortedMap } from './sorted-map.ts';

/** The keys of an index, and their type. */
export interface IndexKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly type: 'number' | 'string';
}

type Key = string | number;
/** An entry's place in the order: its sort key, then its record's key. */
type Place = readonly [sort: Key, pk: string, sk: string];

/** Greater than any text of a key. */
const LAST = '\u{10ffff}';

/** The part of an index partition that a query reads. */
export interface Range {
  readonly from?: Key | undefined;
  /** Whether `from` itself is left out. */
  readonly above?: boolean;
  readonly to?: Key | undefined;
  /** Whether `to` itself is left out. */
  readonly below?: boolean;
}

/** A sparse, keys-only index. It has an entry for each record with both of its keys. */
export class IndexView {
  readonly #keys: IndexKeys;
  readonly #partitions = new Map<unknown, SortedMap<Place, PlainRecord>>();

  constructor(keys: IndexKeys) {
    this.#keys = keys;
  }

  get keys(): IndexKeys {
    return this.#keys;
  }

  /** @throws InvalidRequestError for a record whose index keys are of another type */
  assertKeys(record: PlainRecord): void {
    const { partitionKey, sortKey, type } = this.#keys;
    for (const name of [partitionKey, sortKey]) {
      const value = record[name];
      if (value !== undefined && (typeof value !== type || value === '')) {
        throw new InvalidRequestError(
          `Type mismatch for index key ${name}: expected ${type}, got ${JSON.stringify(value)}.`,
        );
      }
    }
  }

  /** Replaces a record's entry. Undefined means that there was no record, or is none now. */
  apply(before: PlainRecord | undefined, after: PlainRecord | undefined): void {
    const { partitionKey, sortKey } = this.#keys;
    // most writes change nothing here
    if (before?.[partitionKey] === after?.[partitionKey] && before?.[sortKey] === after?.[sortKey]) return;
    const [old, now] = [before && this.#entry(before), after && this.#entry(after)];
    if (old) {
      const partition = this.#partitions.get(old.partition);
      partition?.delete(old.place);
      if (partition?.size === 0) this.#partitions.delete(old.partition);
    }
    if (now) {
      const partition = this.#partitions.get(now.partition) ?? new SortedMap(byPlace);
      this.#partitions.set(now.partition, partition);
      partition.set(now.place, now.shown);
    }
  }

  /**
   * Reads the entries of a partition, in order. An entry has the keys of its record and of the index.
   *
   * @param after the entry after which it begins
   */
  *read(
    partition: Key,
    range: Range,
    order: 'ascending' | 'descending',
    after?: PlainRecord,
  ): Generator<PlainRecord> {
    const { from, above = false, to, below = false } = range;
    const entries = this.#partitions.get(partition);
    if (entries === undefined) return;
    const known = after && this.#entry(after)?.place;
    const first = from === undefined ? undefined : edge(from, above);
    const last = to === undefined ? undefined : edge(to, !below);
    const [start, end] = order === 'ascending' ? [known ?? first, last] : [first, known ?? last];
    if (order === 'ascending') {
      for (const [place, shown] of entries.from(start)) {
        if (known && byPlace(place, known) === 0) continue;
        if (end && byPlace(place, end) >= 0) return;
        yield { ...shown };
      }
      return;
    }
    for (const [place, shown] of entries.before(end)) {
      if (start && byPlace(place, start) < 0) return;
      yield { ...shown };
    }
  }

  /** Reads the entries of all partitions, in no particular order. */
  *all(): Generator<PlainRecord> {
    for (const entries of this.#partitions.values())
      for (const [, shown] of entries.from()) yield { ...shown };
  }

  #entry(record: PlainRecord): { partition: Key; place: Place; shown: PlainRecord } | undefined {
    const { partitionKey, sortKey } = this.#keys;
    const { pk, sk, [partitionKey]: partition, [sortKey]: sort } = record as RecordKey & Record<string, Key>;
    if (partition === undefined || sort === undefined) return undefined;
    return {
      partition,
      place: [sort, pk, sk],
      shown: { pk, sk, [partitionKey]: partition, [sortKey]: sort },
    };
  }
}

/** Returns the place before or after all entries of a sort key. */
const edge = (sort: Key, after: boolean): Place => [sort, after ? LAST : '', ''];

function byPlace(a: Place, b: Place): number {
  return order(a[0], b[0]) || order(a[1], b[1]) || order(a[2], b[2]);
}

const order = (a: Key, b: Key): number => (a < b ? -1 : Number(a > b));
