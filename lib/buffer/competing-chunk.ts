import type { KeyHolder, SlotRecord } from '../store/records.ts';
import type { StoreAccess } from '../store/services.ts';
import { holdsSlot } from './chunks.ts';

/** How long a competitor's chunk is waited for before it is fenced: longer in all than a put takes. */
const COMPETING_CHUNK_BACKOFF_MS = [25, 50, 100, 200, 400];

/** Waits a little for the competitor's chunk; one that does not come is fenced, and whoever was first decides. */
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

/** What the record at a competitor's chunk key says of it. */
export function fateOf(record: SlotRecord | undefined, { slot }: KeyHolder): 'holds' | 'dead' | 'absent' {
  if (record === undefined) return 'absent';
  return record.kind === 'chunk' && holdsSlot(record, slot) ? 'holds' : 'dead';
}
