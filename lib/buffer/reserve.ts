import type { Definition } from '../definition/options.ts';
import type { BufferKey, Head } from '../store/records.ts';
import type { AddServices, Services } from '../store/services.ts';
import { lateSeal } from './late-seal.ts';
import { type Placement, placementsOf } from './placement.ts';
import { pullIn } from './pull-in.ts';
import { expectsMore, type SealDuty, sealDutyOf } from './seal-duty.ts';
import { lastWindow, planSeal } from './seal-plan.ts';

/**
 * A writer that stalls for longer between its reservation and its first put reserves again. A reader fences the old
 * slots.
 */
const STALE_AFTER_MS = 60_000;

/** How much longer than its own write a writer waits for a full window to be sealed by another one. */
const HELP_AFTER_MS = 100;

/** The options of a definition that the slot protocol uses. `maxSize` and `maxWaitMs` may be the group's own. */
export type BufferOptions = Pick<
  Definition,
  'maxSize' | 'maxWaitMs' | 'maxBytes' | 'ordered' | 'dedupTtlMs' | 'dedupKeep'
>;

/** Slots that no other writer has. */
export interface Reservation {
  readonly head: Head;
  readonly at: number;
  readonly placements: readonly Placement[];
  /** Whether this reservation opened the window. If so, its writer arms the timer. */
  readonly opened: boolean;
}

/** Takes `n` slots with one update. The update has no condition, so that contention never makes it fail. */
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
  // The slots follow from the reservation's own answer, not from a head that was read later.
  const placements = placementsOf(reserved, n);
  return {
    head,
    at,
    placements,
    opened: head.open?.openedBy === by,
  };
}

/** Says whether the writer has stalled for so long that it has to reserve again before it puts anything. */
export const isStale = (reservation: Reservation, now: number): boolean =>
  now - reservation.at > STALE_AFTER_MS;

/**
 * Begins the work that follows a reservation: the opener of the window arms its timer, and a full window is sealed by the
 * writer whose duty it is. The add is acknowledged without it (invariant 13). The ticker does what fails here.
 *
 * @param urgent whether the buffer has to be flushed now, with these items
 * @param landed settles when the items have landed
 * @returns settles when the work has ended, and never rejects; undefined when there is none
 */
export function afterReserve(
  services: AddServices,
  { maxSize, maxBytes }: BufferOptions,
  buffer: BufferKey,
  { head, opened, placements }: Reservation,
  urgent: boolean,
  landed: Promise<unknown>,
): Promise<void> | undefined {
  // The throttle holds the window back. The timer of its turn seals it.
  if (head.open?.turn) return undefined;
  const demand = urgent ? ({ reason: 'urgent', upTo: lastWindow(head) } as const) : undefined;
  const plan = planSeal(head, services.clock.now(), { maxSize, maxBytes, demand });
  const duty = plan?.reason === 'size' && !urgent ? sealDutyOf(head, placements, maxSize) : 'seal';
  if ((plan === undefined || duty === 'none') && !opened) return undefined;
  const work = async () => {
    const seen = duty === 'seal' ? head : await headAfterLanding(services, buffer, head, duty, landed);
    if (seen === undefined) return;
    const { seal } = await lateSeal();
    await seal(services, buffer, seen, {
      demand,
      maxSize,
      expectsMore: duty === 'seal' && expectsMore(head, placements, services.clock.now()),
      isWriter: true,
      owesTimer: opened,
    });
  };
  return services.background.begin('a window could not be sealed; the ticker will', work, buffer);
}

/**
 * Reads the head again when the items have landed, since a read is cheaper than a refused update. A writer that only helps
 * gives the writer whose duty it is a moment more.
 *
 * @returns undefined where other writers have sealed the windows, or there is no head
 */
async function headAfterLanding(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  buffer: BufferKey,
  { epoch, window }: Head,
  duty: SealDuty,
  landed: Promise<unknown>,
): Promise<Head | undefined> {
  await landed;
  const seen = await store.heads.readHead(buffer);
  if (duty !== 'help') return seen;
  if (seen?.epoch !== epoch || seen.window !== window) return undefined;
  await clock.sleep(HELP_AFTER_MS);
  return store.heads.readHead(buffer);
}
