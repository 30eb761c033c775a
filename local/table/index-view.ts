import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import { InvalidRequestError } from './invalid-request-error.ts';
import { SortedMap } from './sorted-map.ts';

/** An index's keys, and their type. */
export interface IndexKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly type: 'number' | 'string';
}

type Key = string | number;
/** An entry's place: its sort key, and its record's key to tell it from others. */
type Place = readonly [sort: Key, pk: string, sk: string];

/** Greater than any text of a key. */
const LAST = '\u{10ffff}';

/** What a query wants of one partition of an index. */
export interface Range {
  readonly from?: Key | undefined;
  /** Whether `from` itself is left out. */
  readonly above?: boolean;
  readonly to?: Key | undefined;
  /** Whether `to` itself is left out. */
  readonly below?: boolean;
}

/** A sparse, keys-only index: it has an entry for each record that has both of its keys. */
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

  /** Makes the index show a record as it is now instead of as it was; undefined where there is none. */
  apply(before: PlainRecord | undefined, after: PlainRecord | undefined): void {
    const [old, now] = [before && this.#entry(before), after && this.#entry(after)];
    if (old && now && old.partition === now.partition && old.place[0] === now.place[0]) return;
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
   * The entries of a partition, in order: the keys of the records and of the index.
   *
   * @param after the entry behind which they begin
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

  /** The entries of all partitions, in no order that means anything. */
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

/** The place before all entries of a sort key, or after them. */
const edge = (sort: Key, after: boolean): Place => [sort, after ? LAST : '', ''];

function byPlace(a: Place, b: Place): number {
  return order(a[0], b[0]) || order(a[1], b[1]) || order(a[2], b[2]);
}

const order = (a: Key, b: Key): number => (a < b ? -1 : Number(a > b));
