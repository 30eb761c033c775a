import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services, StoreAccess, ThrottleServices } from '../store/services.ts';
import { freeSlots, nextFreeAt } from './free-slots.ts';
import { giveBack } from './give-back.ts';
import { readCorrected, takeSlots } from './take-slots.ts';

/** Tries of counting an operator's flush that others may be counting too. */
const TRIES = 20;

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
  /** Gives back those that sealed nothing. It never fails: what is not given back lapses. */
  readonly giveBack: (unused: number) => Promise<void>;
}

/** Where a batch's flushes are counted. */
export const scopeOf = (batch: string): SlotScope => ({ kind: 'flush', batch });

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
  services: ThrottleServices,
  batch: string,
  { max, duration }: ThrottleRule,
  wanted: number,
  booked: boolean,
): Promise<Grant> {
  const [by, scope] = [services.newId(), scopeOf(batch)];
  const request = { scope, count: max, by, wanted, forMs: duration, unbooked: !booked };
  const { taken, slots, at } = await takeSlots(services, request);
  // who asks by an earlier time than this may ask within a duration of the slot's last use
  const flushes = taken.map(index => ({ index, freeAt: at }));
  return { ...grantOf(services, scope, by, at, flushes), slots };
}

/**
 * Counts flushes that an operator has asked for, which do not wait: they take the slots that would be free next, whether
 * they are or not, so that those who wait for these wait for longer. It never fails: flushes that cannot be counted are
 * granted all the same.
 */
export async function countFlushes(
  services: Pick<Services, 'store' | 'clock' | 'newId' | 'warn'>,
  batch: string,
  { max, duration }: ThrottleRule,
  wanted: number,
): Promise<Grant> {
  const [by, scope, taken] = [services.newId(), scopeOf(batch), [] as TakenFlush[]];
  let at = services.clock.now();
  try {
    for (let tries = 0; tries < TRIES && taken.length < Math.min(wanted, max); tries++) {
      const read = await readCorrected(services, { scope, count: max, forMs: duration });
      if (taken.length === 0) at = read.at;
      const next = read.slots
        .filter(({ index, by: holder }) => index < max && holder !== by)
        .sort((a, b) => a.freeAt - b.freeAt)
        .slice(0, Math.min(wanted, max) - taken.length);
      await Promise.all(
        next.map(async ({ index, freeAt }) => {
          // never sooner than it would have been free: another operator's flush may have a time that is later
          const taking = { by, now: at, until: Math.max(at + duration, freeAt), whenSeen: freeAt };
          if ((await services.store.slots.take(scope, index, taking)) === 'taken')
            taken.push({ index, freeAt });
        }),
      );
    }
  } catch (error) {
    services.warn('flushes could not be counted by the throttle; they are made all the same', error, {
      batch,
    });
  }
  return { ...grantOf(services, scope, by, at, taken), granted: wanted };
}

/** A slot that was taken for a flush. */
interface TakenFlush {
  readonly index: number;
  /** From when on it is free once it is given back, which must not undo the use before. */
  readonly freeAt: number;
}

const grantOf = (
  services: Pick<Services, 'store' | 'clock' | 'warn'>,
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
    await Promise.all(back.map(({ index, freeAt }) => giveBack(services, scope, index, by, freeAt)));
  },
});

/**
 * When the next flush of a batch will be free, which is now where one is; and how many are free then.
 *
 * @param withinMs counts also those that are free so soon after
 */
export async function nextFlush(
  services: StoreAccess,
  batch: string,
  { max, duration }: ThrottleRule,
  withinMs = 0,
): Promise<{ readonly freeAt: number; readonly free: number }> {
  const { slots, at } = await readCorrected(services, {
    scope: scopeOf(batch),
    count: max,
    forMs: duration,
  });
  const freeAt = nextFreeAt(slots, max, at);
  return { freeAt, free: freeSlots(slots, max, freeAt + withinMs, false).length };
}
