import { LIMITS } from '../definition/limits.ts';
import type { DedupKeep } from '../definition/options.ts';
import { hashKey, KEY_BYTES, keyToken } from '../hashing/key-hash.ts';
import type { Chunk } from '../store/slot-record.ts';
import type { Item } from './items.ts';
import type { Placement } from './placement.ts';

/** Traces that one chunk keeps. Group commit makes one bulk of many calls, and each trace costs 55 bytes. */
const TRACES_PER_CHUNK = 32;

/** The items of consecutive slots of one window. They fit into one record. */
export interface ChunkPlan<I extends Item = Item> {
  readonly window: number;
  /** The first slot, and the chunk's key. */
  readonly slot: number;
  readonly items: readonly I[];
}

/** Cuts reserved slots into chunks: one for each window, or several where one record cannot hold the items. */
export function planChunks<I extends Item>(
  placements: readonly Placement[],
  items: readonly I[],
): ChunkPlan<I>[] {
  const plans: ChunkPlan<I>[] = [];
  let taken = 0;
  for (const { window, slot, count } of placements) {
    const here = items.slice(taken, taken + count);
    taken += count;
    let at = slot;
    for (const part of splitByBytes(here, LIMITS.itemBytes)) {
      plans.push({ window, slot: at, items: part });
      at += part.length;
    }
  }
  return plans;
}

function splitByBytes<I extends Item>(items: readonly I[], limit: number): I[][] {
  const parts: I[][] = [];
  for (let at = 0; at < items.length; ) {
    const end = endWithin(items, at, limit, KEY_BYTES);
    parts.push(items.slice(at, end));
    at = end;
  }
  return parts;
}

/**
 * Returns the end of the longest run of items from `start` that has at most `limit` bytes of JSON. It has at least one
 * item.
 *
 * @param keyBytes bytes that a dedup key adds to its item
 */
export function endWithin(items: readonly Item[], start: number, limit: number, keyBytes = 0): number {
  let total = 0;
  let end = start;
  for (; end < items.length; end++) {
    const { bytes = 0, key } = items[end] ?? {};
    // the comma between two items counts too
    total += bytes + 1 + (key === undefined ? 0 : keyBytes);
    if (total > limit && end > start) break;
  }
  return end;
}

/**
 * Makes the chunk of a plan. A slot whose item is not `held` is a hole.
 *
 * @param keep present where duplicates are decided at the flush
 */
export function toChunk<I extends Item>(
  { slot, items }: ChunkPlan<I>,
  held: (item: I) => boolean = () => true,
  keep?: DedupKeep,
): Chunk {
  const holes = items.flatMap((item, at) => (held(item) ? [] : [at]));
  const there = items.filter(held);
  const keys = there.flatMap(({ key }) => (key === undefined ? [] : [keep ? keyToken(key) : hashKey(key)]));
  const traces = [...new Set(there.flatMap(({ trace }) => (trace === undefined ? [] : [trace])))];
  return {
    kind: 'chunk',
    slot,
    slots: items.length,
    holes,
    items: `[${there.map(({ json }) => json).join(',')}]`,
    ...(keys.length > 0 && { keys, ...(keep && { keep }) }),
    ...(traces.length > 0 && { traces: traces.slice(0, TRACES_PER_CHUNK) }),
  };
}

/** Whether a chunk holds an item at this slot of its window. */
export const holdsSlot = (chunk: Chunk, slot: number): boolean =>
  slot >= chunk.slot && slot < chunk.slot + chunk.slots && !chunk.holes.includes(slot - chunk.slot);
