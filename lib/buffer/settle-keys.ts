import type { DedupKeep } from '../definition/options.ts';
import { hashOfToken } from '../hashing/stored-hashes.ts';
import type { Chunk } from '../store/slot-record.ts';

/** An item of a window, and whether it is in the batch. */
export interface SettledItem {
  readonly slot: number;
  readonly item: unknown;
  /** False where another item with its dedup key is in the batch in its place. */
  readonly isKept: boolean;
}

/** The item that has a key, as far as the slots have been looked at. */
interface Holder {
  /** Its place in the list of all items. */
  readonly at: number;
  /** Undefined for an item that was acknowledged for certain. */
  readonly keep: DedupKeep | undefined;
}

/**
 * Settles which items of a window are in its batch: of each dedup key one.
 *
 * It goes by what is stored with the items alone, so that each attempt and each version of the definition gets the same
 * batch (invariant 4, docs/decisions/0026 and 0066). Where an item meets one with its key in an earlier slot:
 *
 * - Both were acknowledged for certain: the later one is dropped. The markers of `deduplicateBy` have prevented it, so
 *   that this is the last guard of invariant 3.
 * - One was acknowledged for certain: the other one is dropped (invariant 1).
 * - Both are decided at the flush: the later one says which is dropped.
 *
 * @param chunks in the order of their slots, as a walk of the window has found them
 */
export function settleKeys(chunks: readonly Chunk[]): SettledItem[] {
  const settled: { slot: number; item: unknown; isKept: boolean }[] = [];
  const holders = new Map<string, Holder>();
  for (const { slot: first, holes, items, keys = [], keep } of chunks) {
    const isHole = new Set(holes);
    let slot = first;
    for (const [place, item] of (JSON.parse(items) as unknown[]).entries()) {
      while (isHole.has(slot - first)) slot += 1;
      const at = settled.length;
      const mine = { slot: slot++, item, isKept: true };
      settled.push(mine);
      const key = keys[place];
      if (key === undefined) continue;
      const hash = keep ? hashOfToken(key) : key;
      const earlier = holders.get(hash);
      if (earlier === undefined || (earlier.keep && keep !== 'first')) {
        const dropped = earlier && settled[earlier.at];
        if (dropped) dropped.isKept = false;
        holders.set(hash, { at, keep });
      } else mine.isKept = false;
    }
  }
  return settled;
}
