import type { Slot } from '../store/limit-ports.ts';
import type { Services } from '../store/services.ts';
import { nextFreeAt } from './free-slots.ts';
import { readCorrected, type SlotsRead } from './take-slots.ts';
import { scopeOf, type ThrottleRule } from './throttle.ts';

/** Tries to book a turn. Other processes may book at the same time. */
const TRIES = 20;
/** Of these, tries to book one of the earliest turns that are not booked. */
const EXACT_TRIES = 10;
/** Turns so close together count as the same time. */
const SAME_TIME_MS = 100;

/** A turn that was booked, in ms since the epoch. */
export interface BookedTurn {
  /** The time of the turn. */
  readonly at: number;
  /** When the next flush is free. It is for the windows that have waited longest. */
  readonly freeAt: number;
}

/**
 * Books the earliest turn that is not booked. So each window gets a turn at a different time. A turn says when to
 * serve the line, and keeps windows that have not waited from taking that flush. It gives no right to a flush.
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
    // Where many windows book at once, the later tries take any of the next turns, also when others have booked meanwhile.
    const exact = tries <= EXACT_TRIES && max > 1;
    const next = turns.filter(turn => turn.at <= first + (exact ? SAME_TIME_MS : duration / 2));
    const chosen = next[Math.floor(random() * next.length)];
    if (chosen === undefined) break;
    const { index, from, whenSeen } = chosen;
    const at = await store.slots.book(scope, index, { from, duration, ...(exact && { whenSeen }) });
    if (at !== undefined) return { at, freeAt: nextFreeAt(slots, max, now) };
  }
  // So many others book that this window needs no booking of its own: the timers of their turns serve the whole line.
  const now = clock.now();
  return { at: now + duration, freeAt: now };
}

/** Computes the next turn that can be booked on a slot. */
function toTurn({ index, freeAt, bookedUntil }: Slot, now: number) {
  const from = Math.max(now, freeAt);
  return { index, from, at: Math.max(from, bookedUntil), whenSeen: bookedUntil };
}

/** Says whether a window may be waiting for a throttle. None is while no flush is in use and none is booked. */
export const mayBeAwaited = ({ slots, at }: SlotsRead): boolean =>
  slots.some(({ freeAt, bookedUntil }) => freeAt > at || bookedUntil > at);

/**
 * Removes all bookings, since no window waits. They are left over from turns that were not needed, from a wrong clock,
 * or from a longer `duration`. Until they lapsed, each new window would be refused and have to wait in the line.
 */
export async function unbook(
  services: Pick<Services, 'store'>,
  batch: string,
  { slots, at }: SlotsRead,
): Promise<void> {
  const booked = slots.filter(({ bookedUntil }) => bookedUntil > at);
  await Promise.all(booked.map(slot => services.store.slots.unbook(scopeOf(batch), slot)));
}
