import type { Chunk, SlotRecord } from '../store/records.ts';

/** How far a window's slots are covered. */
export interface Walk {
  /** The chunks that are in the batch, in the order of their slots. */
  readonly chunks: readonly Chunk[];
  /** Slots that nothing covers yet. */
  readonly gaps: readonly number[];
}

/**
 * Walks a window up from slot 0. A record counts at its own slot only if nothing before it covers that slot:
 * whatever lies inside a chunk is ignored, so that every reader comes to the same batch.
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
