import type { Slot } from '../store/limit-ports.ts';
import type { Services } from '../store/services.ts';
import { nextFreeAt } from './free-slots.ts';
import { readCorrected, type SlotsRead } from './take-slots.ts';
import { scopeOf, type ThrottleRule } from './throttle.ts';

/** Tries of booking a turn that others may be booking too. */
const TRIES = 20;
/** Tries of booking one of the first turns that are not booked. */
const EXACT_TRIES = 10;
/** Turns so close together count as the same time. */
const SAME_TIME_MS = 100;

/** A turn that was booked, in ms since the epoch. */
export interface BookedTurn {
  /** When a flush will be free for whoever booked it. */
  readonly at: number;
  /** When the next flush will be free, for those who have waited longest. */
  readonly freeAt: number;
}

/**
 * Books a turn, at a different time for each who books one: the first that is not booked. A turn says when to wake up,
 * and keeps those off who have not waited. It gives no right to a flush.
 *
 * @param seen the throttle's slots, if they were read just now
 */
export async function bookTurn(
  services: Pick<Services, 'store' | 'clock' | 'random'>,
  batch: string,
  throttle: ThrottleRule,
  seen?: readonly Slot[],
): Promise<BookedTurn> {
  const { store, clock, random } = services;
  const { max, duration } = throttle;
  const scope = scopeOf(batch);
  let read: SlotsRead | undefined = seen && { slots: seen, at: clock.now() };
  for (let tries = 1; tries <= TRIES; tries++) {
    const { slots, at: now } =
      read ?? (await readCorrected(services, { scope, count: max, forMs: duration }));
    read = undefined;
    const turns = slots.filter(({ index }) => index < max).map(slot => toTurn(slot, now));
    const first = Math.min(...turns.map(({ at }) => at));
    // where many book at once, each takes any of the next turns in the end, without regard to who else does
    const exact = tries <= EXACT_TRIES && max > 1;
    const next = turns.filter(turn => turn.at <= first + (exact ? SAME_TIME_MS : duration / 2));
    const chosen = next[Math.floor(random() * next.length)];
    if (chosen === undefined) break;
    const { index, from, whenSeen } = chosen;
    const at = await store.slots.book(scope, index, { from, duration, ...(exact && { whenSeen }) });
    if (at !== undefined) return { at, freeAt: nextFreeAt(slots, max, now) };
  }
  // so many others book that a turn of its own matters little: the timers of the others will serve this one too
  const now = clock.now();
  return { at: now + duration, freeAt: now };
}

/** The turn that a slot has next. */
function toTurn({ index, freeAt, bookedUntil }: Slot, now: number) {
  const from = Math.max(now, freeAt);
  return { index, from, at: Math.max(from, bookedUntil), whenSeen: bookedUntil };
}

/** Whether anybody may wait for a throttle: nobody does while no flush was used, or booked, of late. */
export const mayBeAwaited = ({ slots, at }: SlotsRead): boolean =>
  slots.some(({ freeAt, bookedUntil }) => freeAt > at || bookedUntil > at);

/**
 * Takes all bookings back, since nobody waits. They are left over where turns were not needed in the end, or a clock was
 * astray, or `duration` was longer; until they lapse they would send each who comes to the line.
 */
export async function unbook(
  services: Pick<Services, 'store'>,
  batch: string,
  { slots, at }: SlotsRead,
): Promise<void> {
  const booked = slots.filter(({ bookedUntil }) => bookedUntil > at);
  await Promise.all(booked.map(slot => services.store.slots.unbook(scopeOf(batch), slot)));
}
