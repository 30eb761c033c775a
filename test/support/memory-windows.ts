import { hashKey } from '#lib/key-hash';
import type { WindowStore } from '#lib/store/ports';
import type { Chunk, KeyHolder, KeyScope, SlotRecord, Tombstone } from '#lib/store/records';
import { RECORD_LIFE_MS } from '#lib/topology';

/** A record's value, and when it expires; here nothing is deleted for it. */
interface Kept<V> {
  value: V;
  expires: number;
}

type Partitions<K, V> = Map<string, Map<K, Kept<V>>>;

/** Windows in memory: every record is put once and never changed, but for a dedup marker taken over. */
export class MemoryWindows implements WindowStore {
  readonly #now: () => number;
  readonly #slots: Partitions<number, SlotRecord> = new Map();
  /** By scope. */
  readonly #keys: Partitions<string, KeyHolder> = new Map();

  constructor(now: () => number) {
    this.#now = now;
  }

  async putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'> {
    return this.#putNew(this.#slots, job, chunk.slot, chunk).kind === 'chunk' ? 'landed' : 'fenced';
  }

  async putTombstone(job: string, tombstone: Tombstone): Promise<SlotRecord> {
    return structuredClone(this.#putNew(this.#slots, job, tombstone.slot, tombstone));
  }

  async readSlots(job: string, from: number, to: number): Promise<SlotRecord[]> {
    return [...(this.#slots.get(job)?.values() ?? [])]
      .map(({ value }) => structuredClone(value))
      .filter(({ slot }) => slot >= from && slot <= to)
      .sort((a, b) => a.slot - b.slot);
  }

  async readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>> {
    return pick(this.#slots.get(job), slots);
  }

  async putKey(scope: KeyScope, key: string, holder: KeyHolder): Promise<KeyHolder> {
    return structuredClone(this.#putNew(this.#keys, nameOf(scope), key, holder));
  }

  async readKeys(scope: KeyScope, keys: readonly string[]): Promise<Map<string, KeyHolder>> {
    return pick(this.#keys.get(nameOf(scope)), keys);
  }

  async takeOverKey(
    scope: KeyScope,
    key: string,
    from: KeyHolder,
    to: KeyHolder,
  ): Promise<KeyHolder | undefined> {
    const kept = this.#keys.get(nameOf(scope))?.get(key);
    if (kept === undefined) return undefined;
    if (kept.value.job === from.job && kept.value.chunk === from.chunk) {
      Object.assign(kept, { value: structuredClone(to), expires: this.#now() + RECORD_LIFE_MS });
    }
    return structuredClone(kept.value);
  }

  async prolongKeys(scope: KeyScope, hashes: readonly string[], job: string): Promise<void> {
    for (const [key, kept] of this.#keys.get(nameOf(scope)) ?? []) {
      if (hashes.includes(hashKey(key)) && kept.value.job === job) {
        kept.expires = this.#now() + RECORD_LIFE_MS;
      }
    }
  }

  async prolong(job: string, until = this.#now() + RECORD_LIFE_MS): Promise<void> {
    for (const record of this.#recordsOf(job)) record.expires = Math.max(record.expires, until);
  }

  async erase(job: string): Promise<void> {
    for (const record of this.#slots.get(job)?.values() ?? []) {
      if (record.value.kind !== 'chunk') continue;
      const { keys, ...chunk } = record.value;
      record.value = { ...chunk, items: '[]' };
    }
  }

  /** When the records of a window expire, in ms since the epoch. */
  expiries(job: string): number[] {
    return this.#recordsOf(job).map(({ expires }) => expires);
  }

  #recordsOf(job: string): Kept<unknown>[] {
    return [this.#slots.get(job), this.#keys.get(nameOf({ job }))].flatMap(partition => [
      ...(partition?.values() ?? []),
    ]);
  }

  /** Puts a value where none is; returns what is there now. */
  #putNew<K, V>(partitions: Partitions<K, V>, name: string, key: K, value: V): V {
    const partition = partitions.get(name) ?? new Map<K, Kept<V>>();
    partitions.set(name, partition);
    const there = partition.get(key);
    if (there !== undefined) return there.value;
    partition.set(key, { value: structuredClone(value), expires: this.#now() + RECORD_LIFE_MS });
    return value;
  }
}

const nameOf = (scope: KeyScope): string =>
  JSON.stringify('job' in scope ? scope.job : [scope.batch, scope.group ?? null]);

function pick<K, V>(partition: ReadonlyMap<K, Kept<V>> | undefined, keys: readonly K[]): Map<K, V> {
  const found = new Map<K, V>();
  for (const key of keys) {
    const kept = partition?.get(key);
    if (kept !== undefined) found.set(key, structuredClone(kept.value));
  }
  return found;
}
