import { jobId } from '../buffer/job-id.ts';
import { groupOf } from '../buffer/originals.ts';
import { PAUSED_LOOK_MS } from '../buffer/seal.ts';
import { lastWindow } from '../buffer/seal-plan.ts';
import type { BufferKey, Head } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { RECORD_LIFE_MS } from '../topology.ts';

/** Slots whose items are in memory at a time. */
const SLOTS_AT_A_TIME = 100;

/**
 * A paused batch's buffer: it stays as it is, however long, and nothing of it expires; resume finds it, wherever in
 * the index it is.
 */
export async function keepPaused(services: Services, buffer: BufferKey, head: Head): Promise<void> {
  const { store, clock, deployment } = services;
  if (head.open === undefined || head.pending.length > 0) return;
  const now = clock.now();
  // first: should what follows fail, it is tried again in a minute and not at the next look
  await store.heads.lookAgain(buffer, head, now + PAUSED_LOOK_MS);
  if (now - head.open.keptAt <= RECORD_LIFE_MS / 2) return;
  for (let window = head.window; window <= lastWindow(head); window++) {
    const job = jobId(deployment, buffer, head.epoch, window);
    await store.windows.prolong(job);
    await prolongMarkers(services, buffer, job, head.open.cap);
  }
  await store.heads.lookAgain(buffer, head, now + PAUSED_LOOK_MS, now);
}

/**
 * A dedup marker that outlives its window is not in the window's partition. Were it to expire while the window is
 * open, its key could come into the window once more (invariant 3).
 */
async function prolongMarkers(
  { store, definitionOf }: Services,
  buffer: BufferKey,
  job: string,
  slots: number,
): Promise<void> {
  if (definitionOf(buffer.batch)?.dedupTtlMs === undefined) return;
  for (let from = 0; from < slots; from += SLOTS_AT_A_TIME) {
    const records = await store.windows.readSlots(job, from, Math.min(from + SLOTS_AT_A_TIME, slots) - 1);
    const hashes = records.flatMap(record => (record.kind === 'chunk' ? (record.keys ?? []) : []));
    await store.windows.prolongKeys(groupOf(buffer), hashes, job);
  }
}
