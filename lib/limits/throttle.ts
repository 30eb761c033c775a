import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services, StoreAccess, ThrottleServices } from '../store/services.ts';
import { freeSlots, nextFreeAt } from './free-slots.ts';
import { giveBack } from './give-back.ts';
import { readCorrected, takeSlots } from './take-slots.ts';

/** Tries to count an operator's flush. Other processes may take the same slots at the same time. */
const TRIES = 20;

/** A batch's `throttle`. */
export interface ThrottleRule {
  readonly max: number;
  readonly duration: number;
}

/** Flushes that a throttle has granted. */
export interface Grant {
  /** How many windows may be sealed now; 0 where all flushes are used or booked. */
  readonly granted: number;
  /** The throttle's slots as they were read for this grant. */
  readonly slots: readonly Slot[];
  /** When the granted flushes count as used, in ms since the epoch. Windows sealed by this grant have it as `sealedAt`. */
  readonly at: number;
  /** Gives back flushes that sealed nothing. It never fails: a flush that is not given back lapses. */
  readonly giveBack: (unused: number) => Promise<void>;
}

/** Returns the scope in which a batch's flushes are counted. */
export const scopeOf = (batch: string): SlotScope => ({ kind: 'flush', batch });

/** Makes a grant where there is no throttle. */
export const freely = (wanted: number, now: number): Grant => ({
  granted: wanted,
  slots: [],
  at: now,
  giveBack: async () => {},
});

/**
 * Takes up to `wanted` flushes of a batch's throttle. Each flush is a slot that is free again `duration` later. So no
 * span of `duration` has more than `max` flushes, wherever it begins (invariant 9). If the process dies with a grant,
 * the flushes count as used.
 *
 * @param booked whether flushes with booked turns may be taken too. Only a window whose turn has come may do so
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
  // A slot that is given back is free from this time on, and not before: its last use may be less than a duration earlier.
  const flushes = taken.map(index => ({ index, freeAt: at }));
  return { ...grantOf(services, scope, by, at, flushes), slots };
}

/**
 * Counts flushes that an operator has asked for. They do not wait: they take the slots that come free next, also when
 * these are still in use. Windows that wait for these slots wait longer. It never fails: flushes that cannot be
 * counted are granted too.
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
          // The slot must not come free earlier than before: another operator's flush may have set a later time.
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
  /** From when on the slot is free after it was given back. The use before it still counts. */
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
 * Computes when the next flush of a batch is free (now, where one is), and how many are free then.
 *
 * @param withinMs counts also flushes that come free within so many ms after that
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
