import type { KeyHolder } from '../store/key-holder.ts';
import type { StoreAccess } from '../store/services.ts';
import type { SlotRecord } from '../store/slot-record.ts';
import { holdsSlot } from './chunks.ts';

/** Pauses before a competitor's chunk is fenced. Together they are longer than a put takes. */
const COMPETING_CHUNK_BACKOFF_MS = [25, 50, 100, 200, 400];

/**
 * Waits a little for the competitor's chunk, and then fences it. Either the chunk or the tombstone is put first, and that
 * decides whether the competitor's item is in the batch.
 */
export async function awaitCompetingChunk(
  { store, clock }: StoreAccess,
  competitor: KeyHolder,
): Promise<'holds' | 'dead'> {
  const { job } = competitor;
  for (const pause of COMPETING_CHUNK_BACKOFF_MS) {
    const records = await store.windows.readRecords(job, [competitor.chunk]);
    const fate = fateOf(records.get(competitor.chunk), competitor);
    if (fate !== 'absent') return fate;
    await clock.sleep(pause);
  }
  const there = await store.windows.putTombstone(job, {
    kind: 'tombstone',
    slot: competitor.chunk,
    slots: 1,
  });
  return fateOf(there, competitor) === 'holds' ? 'holds' : 'dead';
}

/** Says what has become of a competitor's item, by the record at its chunk's key. */
export function fateOf(record: SlotRecord | undefined, { slot }: KeyHolder): 'holds' | 'dead' | 'absent' {
  if (record === undefined) return 'absent';
  return record.kind === 'chunk' && holdsSlot(record, slot) ? 'holds' : 'dead';
}
