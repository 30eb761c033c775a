import type { Chunk, SlotRecord } from '../store/slot-record.ts';

/** How far a window's slots are covered. */
export interface Walk {
  /** The chunks whose items are in the batch, in the order of their slots. */
  readonly chunks: readonly Chunk[];
  /** Slots that no chunk and no tombstone covers. */
  readonly gaps: readonly number[];
}

/**
 * Walks a window up from slot 0. A record counts only if no earlier record covers its slot: records inside a chunk are
 * ignored. So every reader comes to the same batch.
 */
export function walk(records: ReadonlyMap<number, SlotRecord>, count: number): Walk {
  const chunks: Chunk[] = [];
  const gaps: number[] = [];
  for (let slot = 0; slot < count; ) {
    const record = records.get(slot);
    if (record === undefined) {
      gaps.push(slot);
      slot += 1;
    } else {
      if (record.kind === 'chunk') chunks.push(record);
      slot += record.slots;
    }
  }
  return { chunks, gaps };
}
