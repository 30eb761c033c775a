import pLimit from 'p-limit';
import type { Services } from '../store/services.ts';
import type { SlotRecord } from '../store/slot-record.ts';

const PARALLEL_FENCES = 32;

/**
 * Fences single slots of a window for its reader, all at the same time. Only a chunk's own writer may fence several slots
 * by one tombstone. What each put finds at its slot is final, whatever the other puts find.
 */
export async function fence(
  { store }: Pick<Services, 'store'>,
  job: string,
  slots: readonly number[],
): Promise<SlotRecord[]> {
  const limit = pLimit(PARALLEL_FENCES);
  return Promise.all(
    slots.map(slot => limit(() => store.windows.putTombstone(job, { kind: 'tombstone', slot, slots: 1 }))),
  );
}
