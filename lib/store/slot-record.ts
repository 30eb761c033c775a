import type { DedupKeep } from '../definition/options.ts';

/** A slot's record in a window: n ≥ 1 consecutive slots with their items, or a tombstone. */
export type SlotRecord = Chunk | Tombstone;

export interface Chunk {
  readonly kind: 'chunk';
  /** Its first slot, which is its key. */
  readonly slot: number;
  readonly slots: number;
  /** Slots of it that hold nothing, counted from its first; ascending. */
  readonly holes: readonly number[];
  /** The items of the other slots in order, as a JSON array. */
  readonly items: string;
  /**
   * The dedup keys that they were added with, in the same order, where they were: each as a hash, or as a token where
   * `keep` is present (lib/hashing/key-hash.ts).
   */
  readonly keys?: readonly string[];
  /**
   * Present where duplicates are decided at the flush: what becomes of an item of this chunk where an earlier slot of
   * the window has its key. `first`: it is dropped. `last`: the earlier one is dropped.
   */
  readonly keep?: DedupKeep;
  /** Traces in which they were added, where adds are traced. */
  readonly traces?: readonly string[];
}

export interface Tombstone {
  readonly kind: 'tombstone';
  readonly slot: number;
  readonly slots: number;
}
