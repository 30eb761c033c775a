import type { Slot } from '../store/limit-ports.ts';

/** More than the clocks of a deployment's processes can differ, since they follow the store's time. */
const CLOCK_TOLERANCE_MS = 5_000;

/**
 * Returns the slots that may be taken now. There are slots beyond `count` where the definition had a greater limit
 * before. While such a slot is in use, one of the others may not be taken.
 *
 * @param slots all slots of a scope, or of one of its records
 * @param count the limit
 * @param unbooked whether slots with a booked turn that is still to come are left out
 */
export function freeSlots(slots: readonly Slot[], count: number, now: number, unbooked: boolean): Slot[] {
  const own = slots.filter(
    ({ index, freeAt, bookedUntil }) => index < count && freeAt <= now && !(unbooked && bookedUntil > now),
  );
  return own.slice(0, Math.max(0, own.length - beyond(slots, count, now).length));
}

/** Computes when the next slot comes free: now, where one is free. */
export function nextFreeAt(slots: readonly Slot[], count: number, now: number): number {
  if (freeSlots(slots, count, now, false).length > 0) return now;
  const taken = slots.filter(({ index, freeAt }) => index < count && freeAt > now);
  // Slots beyond the limit block free ones. The first of all of them to come free unblocks one.
  const awaited = taken.length === count ? taken : [...taken, ...beyond(slots, count, now)];
  return Math.min(...awaited.map(({ freeAt }) => freeAt));
}

/** Returns the slots that a wrong clock has taken for longer than possible. They count as taken just now. */
export const astraySlots = (slots: readonly Slot[], now: number, longestMs: number): Slot[] =>
  slots.filter(({ freeAt }) => freeAt > now + longestMs + CLOCK_TOLERANCE_MS);

const beyond = (slots: readonly Slot[], count: number, now: number): Slot[] =>
  slots.filter(({ index, freeAt }) => index >= count && freeAt > now);
