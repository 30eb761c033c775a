import type { Definition } from '../definition/options.ts';
import type { BufferKey, Head } from '../store/records.ts';
import type { AddServices, Services } from '../store/services.ts';
import { lateSeal } from './late-seal.ts';
import { fillsWindow, type Placement, placementsOf } from './placement.ts';
import { pullIn } from './pull-in.ts';
import { lastWindow, planSeal } from './seal-plan.ts';

/** A writer that stalls for longer between reserve and its first put reserves again; its slots are fenced in time. */
const STALE_AFTER_MS = 60_000;

/** What the protocol needs to know of a definition; maxSize and maxWaitMs may be a group's own. */
export type BufferOptions = Pick<Definition, 'maxSize' | 'maxWaitMs' | 'maxBytes' | 'ordered' | 'dedupTtlMs'>;

/** Slots that nobody else has. */
export interface Reservation {
  readonly head: Head;
  readonly at: number;
  readonly placements: readonly Placement[];
  /** This reservation opened the window, and arms its timer. */
  readonly opened: boolean;
  /** One of its slots completes a window, and it seals. */
  readonly fills: boolean;
}

/** Takes `n` slots with one unconditional update, which never fails on contention. */
export async function reserve(
  services: Pick<Services, 'store' | 'clock' | 'newId' | 'warn'>,
  options: BufferOptions,
  buffer: BufferKey,
  n: number,
  bytes: number,
): Promise<Reservation> {
  const { store, clock, newId } = services;
  const by = newId();
  const at = clock.now();
  const reserved = await store.heads.reserve(buffer, n, options.maxBytes === undefined ? 0 : bytes, {
    cap: options.maxSize,
    waitMs: options.maxWaitMs,
    now: at,
    by,
    ordered: options.ordered,
  });
  const head = await pullIn(services, buffer, reserved, by);
  // the slots are those of the reservation, whatever has come since
  const placements = placementsOf(reserved, n);
  return {
    head,
    at,
    placements,
    opened: head.open?.openedBy === by,
    fills: fillsWindow(reserved, placements, options.maxSize),
  };
}

/** Whether the writer has stalled for too long to put anything on the strength of this reservation. */
export const isStale = (reservation: Reservation, now: number): boolean =>
  now - reservation.at > STALE_AFTER_MS;

/**
 * Does what a reservation owes the buffer besides its items: the opener arms the timer, and who sees a window that is
 * full seals it. It is begun at once, and no add needs its end (invariant 13): what goes wrong here is what the
 * ticker is for.
 *
 * @param urgent whether the buffer has to flush now, with the items
 * @param landed settles when the items have landed
 * @returns settles when it is done, and never rejects; undefined when nothing is owed
 */
export function afterReserve(
  services: AddServices,
  { maxSize, maxBytes }: BufferOptions,
  buffer: BufferKey,
  { head, opened, fills }: Reservation,
  urgent: boolean,
  landed: Promise<unknown>,
): Promise<void> | undefined {
  // the throttle holds it back: its turn comes by a timer
  if (head.open?.turn) return undefined;
  const demand = urgent ? ({ reason: 'urgent', upTo: lastWindow(head) } as const) : undefined;
  const plan = planSeal(head, services.clock.now(), { maxSize, maxBytes, demand });
  if (plan === undefined && !opened) return undefined;
  const work = async () => {
    let seen: Head | undefined = head;
    if (plan?.reason === 'size' && !fills && !urgent) {
      // a window that somebody else fills: if that writer is alive it has sealed by the time these items landed,
      // and a read is cheaper than a refused write
      await landed;
      seen = await services.store.heads.readHead(buffer);
    }
    if (seen === undefined) return;
    const { seal } = await lateSeal();
    await seal(services, buffer, seen, { demand, maxSize, isWriter: true, owesTimer: opened });
  };
  return services.background.begin('a window could not be sealed; the ticker will', work, buffer);
}
