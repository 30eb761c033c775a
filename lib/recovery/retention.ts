import { jobId } from '../buffer/job-id.ts';
import { groupOf } from '../buffer/originals.ts';
import type { BufferKey, Head, Job, TtlExtension } from '../store/records.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import type { KeptSlot } from '../store/window-ports.ts';
import { KEPT_LIFE_MS, LOOK_EVERY_MS, RECORD_LIFE_MS } from '../topology.ts';

/** Slots whose records are read at a time, and are in memory with their items. */
const SLOTS_AT_A_TIME = 20;
/** Half of the life that a record is put with. */
const HALF_MS = RECORD_LIFE_MS / 2;

/**
 * Keeps the records of a buffer's open windows from expiring, whatever holds the windows back (invariant 10). It covers
 * chunks, tombstones and dedup markers. It goes by what the records say of themselves, so that no producer's clock
 * counts. A record gets 400 days once half of its first 30 has passed. The head says how far that has come, so that the
 * next pass goes on from there.
 *
 * @param until stops then, to go on at the next look; ms since the epoch
 * @returns whether it came to the end
 */
export async function prolongBuffer(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  buffer: BufferKey,
  head: Head,
  until: number,
): Promise<boolean> {
  const { extension, isDone } = await prolongWindows(services, buffer, head, until);
  await services.store.retention.setTtl(buffer, head, extension);
  return isDone;
}

async function prolongWindows(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  buffer: BufferKey,
  head: Head,
  until: number,
): Promise<{ readonly extension: TtlExtension; readonly isDone: boolean }> {
  const now = services.clock.now();
  let to = head.open?.ttl.to ?? head.base;
  let soonest = now + RECORD_LIFE_MS;
  if (to > head.base) {
    // the first records were given their longer life first: when it nears its end, all records are gone through again
    const first = await prolongPart(services, buffer, head, head.base, now);
    if (first.some(({ isProlonged }) => isProlonged)) to = head.base;
    soonest = Math.min(soonest, ...first.map(({ expires }) => expires));
  }
  for (let at = to; at < head.next; at = nextPart(head, at)) {
    for (const record of await prolongPart(services, buffer, head, at, now)) {
      // records are put in about the order of their slots: what comes behind lives as long as this one
      if (isFresh(record, now)) {
        return { extension: { due: Math.min(soonest, record.expires) - HALF_MS, to }, isDone: true };
      }
      to = record.end;
    }
    if (services.clock.now() >= until) return { extension: { due: now, to }, isDone: false };
  }
  // slots behind the last record may be a writer's that is in flight, so that `to` does not pass them
  return { extension: { due: soonest - HALF_MS, to }, isDone: true };
}

/** Whether a record lives for its first 30 days or fewer, and not for its last 15. */
const isFresh = ({ expires }: KeptSlot, now: number): boolean =>
  expires <= now + RECORD_LIFE_MS + LOOK_EVERY_MS;

/** A slot counted since the beginning of the buffer, as a place in one of the head's open windows. */
function placeOf({ window, base, open }: Head, at: number): { window: number; slot: number; cap: number } {
  const cap = open?.cap ?? 1;
  return { window: window + Math.floor((at - base) / cap), slot: (at - base) % cap, cap };
}

/** Where the part behind that of `at` begins: parts do not go beyond a window. */
function nextPart(head: Head, at: number): number {
  const { slot, cap } = placeOf(head, at);
  return at + Math.min(SLOTS_AT_A_TIME, cap - slot);
}

/** Sees to the records of the slots from `at` on; returns them, with where each one's slots end. */
async function prolongPart(
  services: Pick<Services, 'deployment' | 'store'>,
  buffer: BufferKey,
  head: Head,
  at: number,
  now: number,
): Promise<(KeptSlot & { readonly end: number })[]> {
  const { retention } = services.store;
  const { window, slot } = placeOf(head, at);
  const job = jobId(services.deployment, buffer, head.epoch, window);
  const last = slot + nextPart(head, at) - at - 1;
  const records = await retention.keepSlots(job, slot, last, now + HALF_MS, now + KEPT_LIFE_MS);
  const hashes = records.flatMap(record => (record.isProlonged ? record.hashes : []));
  // were a marker to expire while its window is open, its key could come into the window once more (invariant 3)
  for (const scope of [{ job }, groupOf(buffer)]) {
    await retention.prolongKeys(scope, hashes, job, now + KEPT_LIFE_MS);
  }
  return records.map(record => ({ ...record, end: at + record.slot - slot + record.slots }));
}

/**
 * Keeps the records of an unfinished job's window from expiring, and of what `beforeFlush` made of it. Its dedup
 * markers have done their work: no item comes into the window any more. A dead job is unfinished while its `onDead` is
 * owed.
 */
export async function prolongJob(services: StoreAccess, job: Job): Promise<void> {
  const { store, clock } = services;
  const now = clock.now();
  const windows = [{ name: job.id, slots: job.count }];
  if (job.prepared?.under !== undefined)
    windows.push({ name: job.prepared.under, slots: job.prepared.count });
  let soonest = now + RECORD_LIFE_MS;
  for (const { name, slots } of windows) {
    for (let from = 0; from < slots; from += SLOTS_AT_A_TIME) {
      const last = Math.min(from + SLOTS_AT_A_TIME, slots) - 1;
      const records = await store.retention.keepSlots(name, from, last, now + HALF_MS, now + KEPT_LIFE_MS);
      soonest = Math.min(soonest, ...records.map(({ expires }) => expires));
    }
  }
  await store.jobs.setTtlDue(job.id, soonest - HALF_MS);
}
