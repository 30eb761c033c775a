import type { WindowStore } from '#lib/store/ports';
import type { Chunk, KeyHolder, SlotRecord, Tombstone } from '#lib/store/records';

/** Windows in memory: every record is put once and never changed, but for a dedup marker taken over. */
export class MemoryWindows implements WindowStore {
  readonly #slots = new Map<string, Map<number, SlotRecord>>();
  readonly #keys = new Map<string, Map<string, KeyHolder>>();

  async putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'> {
    return putNew(this.#slots, job, chunk.slot, chunk).kind === 'chunk' ? 'landed' : 'fenced';
  }

  async putTombstone(job: string, tombstone: Tombstone): Promise<SlotRecord> {
    return structuredClone(putNew(this.#slots, job, tombstone.slot, tombstone));
  }

  async readSlots(job: string, from: number, to: number): Promise<SlotRecord[]> {
    return [...(this.#slots.get(job)?.values() ?? [])]
      .filter(({ slot }) => slot >= from && slot <= to)
      .sort((a, b) => a.slot - b.slot)
      .map(record => structuredClone(record));
  }

  async readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>> {
    return pick(this.#slots.get(job), slots);
  }

  async putKey(job: string, key: string, holder: KeyHolder): Promise<KeyHolder> {
    return structuredClone(putNew(this.#keys, job, key, holder));
  }

  async readKeys(job: string, keys: readonly string[]): Promise<Map<string, KeyHolder>> {
    return pick(this.#keys.get(job), keys);
  }

  /** Nothing expires here. */
  async prolong(): Promise<void> {}

  async takeOverKey(job: string, key: string, deadChunk: number, to: KeyHolder): Promise<boolean> {
    const holder = this.#keys.get(job)?.get(key);
    if (holder?.chunk === deadChunk) {
      this.#keys.get(job)?.set(key, structuredClone(to));
      return true;
    }
    return holder?.chunk === to.chunk;
  }
}

/** Puts a value where none is; returns what is there now. */
function putNew<K, V>(partitions: Map<string, Map<K, V>>, job: string, key: K, value: V): V {
  const partition = partitions.get(job) ?? new Map<K, V>();
  partitions.set(job, partition);
  const there = partition.get(key);
  if (there !== undefined) return there;
  partition.set(key, structuredClone(value));
  return value;
}

function pick<K, V>(partition: ReadonlyMap<K, V> | undefined, keys: readonly K[]): Map<K, V> {
  const found = new Map<K, V>();
  for (const key of keys) {
    const value = partition?.get(key);
    if (value !== undefined) found.set(key, structuredClone(value));
  }
  return found;
}
