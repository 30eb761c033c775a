import type { Slot } from '../store/limit-ports.ts';

/** By how much the clocks of a deployment's processes may differ at the most; they follow the store's time. */
const CLOCK_TOLERANCE_MS = 5_000;

/**
 * The slots that may be taken now. Slots beyond `count` are there where a definition had a greater limit: as long as
 * they are in use, they take up as many of the others.
 *
 * @param slots all of a scope, or of one of its records
 * @param count the limit
 * @param unbooked leaves out those that have a turn booked which is still to come
 */
export function freeSlots(slots: readonly Slot[], count: number, now: number, unbooked: boolean): Slot[] {
  const own = slots.filter(
    ({ index, freeAt, bookedUntil }) => index < count && freeAt <= now && !(unbooked && bookedUntil > now),
  );
  return own.slice(0, Math.max(0, own.length - beyond(slots, count, now).length));
}

/** When the next slot comes free, which is now where one is. */
export function nextFreeAt(slots: readonly Slot[], count: number, now: number): number {
  if (freeSlots(slots, count, now, false).length > 0) return now;
  const taken = slots.filter(({ index, freeAt }) => index < count && freeAt > now);
  // those of a greater limit take up the free ones: whichever of all comes free first leaves one more
  const awaited = taken.length === count ? taken : [...taken, ...beyond(slots, count, now)];
  return Math.min(...awaited.map(({ freeAt }) => freeAt));
}

/** Slots that say they are taken for longer than they can be: a clock was astray. They count as taken just now. */
export const astraySlots = (slots: readonly Slot[], now: number, longestMs: number): Slot[] =>
  slots.filter(({ freeAt }) => freeAt > now + longestMs + CLOCK_TOLERANCE_MS);

const beyond = (slots: readonly Slot[], count: number, now: number): Slot[] =>
  slots.filter(({ index, freeAt }) => index >= count && freeAt > now);
