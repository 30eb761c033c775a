import { groupOf } from '../buffer/acknowledge-originals.ts';
import { jobId } from '../buffer/job-id.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head, TtlExtension } from '../store/head.ts';
import type { Job } from '../store/job.ts';
import { KEPT_LIFE_MS, LOOK_EVERY_MS, RECORD_LIFE_MS } from '../store/record-life.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import type { KeptSlot } from '../store/window-ports.ts';

/** Slots whose records are read at a time. The records are in memory with their items. */
const SLOTS_AT_A_TIME = 20;
/** Half of the life that a record is put with. */
const HALF_MS = RECORD_LIFE_MS / 2;

/**
 * Prolongs the records of a buffer's open windows, so that they do not expire, whatever holds the windows back
 * (invariant 10). The records are chunks, tombstones and dedup markers. It goes by each record's own expiry, so that
 * no producer's clock counts. A record is put for 30 days. Once half of them have passed, it gets 400 days. The head
 * stores up to which slot this is done, so that the next pass goes on from there.
 *
 * @param until when it stops, to go on at the next look, in ms since the epoch
 * @returns whether it has prolonged all of them
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
    // The first records were prolonged first. If they need it once more, begin again with all records.
    const first = await prolongPart(services, buffer, head, head.base, now);
    if (first.some(({ isProlonged }) => isProlonged)) to = head.base;
    soonest = Math.min(soonest, ...first.map(({ expires }) => expires));
  }
  for (let at = to; at < head.next; at = nextPart(head, at)) {
    for (const record of await prolongPart(services, buffer, head, at, now)) {
      // Records are put in about the order of their slots, so that later ones are fresh too.
      if (isFresh(record, now)) {
        return { extension: { due: Math.min(soonest, record.expires) - HALF_MS, to }, isDone: true };
      }
      to = record.end;
    }
    if (services.clock.now() >= until) return { extension: { due: now, to }, isDone: false };
  }
  // A writer may be about to put records behind the last one, so that `to` stays before them.
  return { extension: { due: soonest - HALF_MS, to }, isDone: true };
}

/** Says whether a record has an expiry of its first 30 days, with more than half of them left. */
const isFresh = ({ expires }: KeptSlot, now: number): boolean =>
  expires <= now + RECORD_LIFE_MS + LOOK_EVERY_MS;

/** Computes window and slot of a slot that is counted from the buffer's beginning. */
function placeOf({ window, base, open }: Head, at: number): { window: number; slot: number; cap: number } {
  const cap = open?.cap ?? 1;
  return { window: window + Math.floor((at - base) / cap), slot: (at - base) % cap, cap };
}

/** Computes where the part after the one at `at` begins. No part spans two windows. */
function nextPart(head: Head, at: number): number {
  const { slot, cap } = placeOf(head, at);
  return at + Math.min(SLOTS_AT_A_TIME, cap - slot);
}

/** Prolongs the records of one part of a window, from `at` on. Returns them, each with the end of its slots. */
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
  // If a dedup marker expired while its window is open, the window could get its key again (invariant 3).
  for (const scope of [{ job }, groupOf(buffer)]) {
    await retention.prolongKeys(scope, hashes, job, now + KEPT_LIFE_MS);
  }
  return records.map(record => ({ ...record, end: at + record.slot - slot + record.slots }));
}

/**
 * Prolongs the records of an unfinished job's window, and of the items that `beforeFlush` has made of it. The window's
 * dedup markers may expire, since no item gets into the window any more. A dead job is unfinished while its `onDead`
 * has not returned.
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
