import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services } from '../store/services.ts';
import { freeSlots, nextFreeAt } from './free-slots.ts';
import { readCorrected, takeSlots } from './take-slots.ts';

/** Tries of booking a turn, or of counting an operator's flush, that others may be making too. */
const TRIES = 20;
/** Tries of booking one of the first turns that are not booked. */
const EXACT_TRIES = 10;
/** Turns so close together count as the same time. */
const SAME_TIME_MS = 100;

/** A batch's `throttle`. */
export interface ThrottleRule {
  readonly max: number;
  readonly duration: number;
}

/** Flushes that a throttle has granted. */
export interface Grant {
  /** Windows that may be sealed now; none where all flushes are used or booked. */
  readonly granted: number;
  /** The throttle's slots, as they were read for it. */
  readonly slots: readonly Slot[];
  /** When they are counted to begin: what is sealed by this grant says so of itself, however long the update took. */
  readonly at: number;
  /** Gives back those that sealed nothing. */
  readonly giveBack: (unused: number) => Promise<void>;
}

const scopeOf = (batch: string): SlotScope => ({ kind: 'flush', batch });

/** A grant where there is no throttle. */
export const freely = (wanted: number, now: number): Grant => ({
  granted: wanted,
  slots: [],
  at: now,
  giveBack: async () => {},
});

/**
 * Takes up to `wanted` flushes of a batch's throttle. Each is a slot that is free again `duration` later, so that no
 * span of `duration`, wherever it begins, has more than `max`. A process that dies with a grant has merely used it.
 *
 * @param booked whether flushes may be taken on which turns are booked: only by who has a turn
 */
export async function takeFlushes(
  services: Services,
  batch: string,
  { max, duration }: ThrottleRule,
  wanted: number,
  booked: boolean,
): Promise<Grant> {
  const [by, now, scope] = [services.newId(), services.clock.now(), scopeOf(batch)];
  const request = { scope, count: max, by, now, wanted, forMs: duration, unbooked: !booked };
  const { taken, slots } = await takeSlots(services, request);
  // who asks by an earlier time than this may ask within a duration of the slot's last use
  const flushes = taken.map(index => ({ index, freeAt: now }));
  return { ...grantOf(services, scope, by, now, flushes), slots };
}

/**
 * Counts flushes that an operator has asked for, which do not wait: they take the slots that would be free next, whether
 * they are or not, so that those who wait for these wait for longer.
 */
export async function countFlushes(
  services: Services,
  batch: string,
  { max, duration }: ThrottleRule,
  wanted: number,
): Promise<Grant> {
  const { store, clock, newId } = services;
  const [by, now, scope] = [newId(), clock.now(), scopeOf(batch)];
  const taken: TakenFlush[] = [];
  for (let tries = 0; tries < TRIES && taken.length < Math.min(wanted, max); tries++) {
    const slots = await readCorrected(services, { scope, count: max, now, forMs: duration });
    const next = slots
      .filter(({ index, by: holder }) => index < max && holder !== by)
      .sort((a, b) => a.freeAt - b.freeAt)
      .slice(0, Math.min(wanted, max) - taken.length);
    await Promise.all(
      next.map(async ({ index, freeAt }) => {
        const taking = { by, now, until: now + duration, whenSeen: freeAt };
        if ((await store.slots.take(scope, index, taking)) === 'taken') taken.push({ index, freeAt });
      }),
    );
  }
  // what could not be counted is flushed all the same
  return { ...grantOf(services, scope, by, now, taken), granted: wanted };
}

/** A slot that was taken for a flush. */
interface TakenFlush {
  readonly index: number;
  /** From when on it is free once it is given back, which must not undo the use before. */
  readonly freeAt: number;
}

const grantOf = (
  { store }: Services,
  scope: SlotScope,
  by: string,
  at: number,
  taken: readonly TakenFlush[],
): Grant => ({
  granted: taken.length,
  slots: [],
  at,
  giveBack: async unused => {
    const back = taken.slice(Math.max(0, taken.length - unused));
    await Promise.all(back.map(({ index, freeAt }) => store.slots.giveBack(scope, index, by, freeAt)));
  },
});

/**
 * When the next flush of a batch will be free, which is now where one is; and how many are free then.
 *
 * @param withinMs counts also those that are free so soon after
 */
export async function nextFlush(
  services: Services,
  batch: string,
  { max, duration }: ThrottleRule,
  withinMs = 0,
): Promise<{ readonly freeAt: number; readonly free: number }> {
  const now = services.clock.now();
  const slots = await readCorrected(services, { scope: scopeOf(batch), count: max, now, forMs: duration });
  const freeAt = nextFreeAt(slots, max, now);
  return { freeAt, free: freeSlots(slots, max, freeAt + withinMs, false).length };
}

/** A turn that was booked, in ms since the epoch. */
export interface BookedTurn {
  /** When a flush will be free for whoever booked it. */
  readonly at: number;
  /** When the next flush will be free, for those who have waited longest. */
  readonly freeAt: number;
}

/**
 * Books a turn, at a different time for each who books one: the first that is not booked.
 *
 * @param seen the throttle's slots, if they were read just now
 */
export async function bookTurn(
  services: Services,
  batch: string,
  throttle: ThrottleRule,
  seen?: readonly Slot[],
): Promise<BookedTurn> {
  const { store, clock, random } = services;
  const { max, duration } = throttle;
  const scope = scopeOf(batch);
  const now = clock.now();
  for (let tries = 1; tries <= TRIES; tries++) {
    const request = { scope, count: max, now, forMs: duration };
    const slots = (tries === 1 && seen) || (await readCorrected(services, request));
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
  return { at: now + duration, freeAt: now };
}

/** The turn that a slot has next. */
function toTurn({ index, freeAt, bookedUntil }: Slot, now: number) {
  const from = Math.max(now, freeAt);
  return { index, from, at: Math.max(from, bookedUntil), whenSeen: bookedUntil };
}
