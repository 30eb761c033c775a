import type { KeyHolder, SlotRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { holdsSlot } from './chunks.ts';

/** How long a rival's chunk is waited for before it is fenced: longer in all than a put takes. */
const RIVAL_PATIENCE_MS = [25, 50, 100, 200, 400];

/** Waits a little for the rival's chunk; one that does not come is fenced, and whoever was first decides. */
export async function awaitRival({ store, clock }: Services, rival: KeyHolder): Promise<'holds' | 'dead'> {
  const { job } = rival;
  for (const pause of RIVAL_PATIENCE_MS) {
    const records = await store.windows.readRecords(job, [rival.chunk]);
    const fate = fateOf(records.get(rival.chunk), rival);
    if (fate !== 'absent') return fate;
    await clock.sleep(pause);
  }
  const there = await store.windows.putTombstone(job, { kind: 'tombstone', slot: rival.chunk, slots: 1 });
  return fateOf(there, rival) === 'holds' ? 'holds' : 'dead';
}

/** What the record at a rival's chunk key says of it. */
export function fateOf(record: SlotRecord | undefined, { slot }: KeyHolder): 'holds' | 'dead' | 'absent' {
  if (record === undefined) return 'absent';
  return record.kind === 'chunk' && holdsSlot(record, slot) ? 'holds' : 'dead';
}
