import { lateImport } from '../late-import.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { AddServices, Services } from '../store/services.ts';
import { isAstray } from './is-astray.ts';
import { isReady } from './is-ready.ts';
import { lateSealReserved } from './late-seal.ts';
import { placementsOf } from './placement.ts';
import type { BufferOptions, Reservation } from './reservation.ts';

/** Few clocks are wrong. */
const latePullIn = lateImport(() => import('./pull-in.ts'));

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
  const tookMs = clock.now() - at;
  const head = isAstray(reserved, clock.now())
    ? await (await latePullIn()).pullIn(services, buffer, reserved, by)
    : reserved;
  // The slots follow from the reservation's own answer, not from a head that was read later.
  const placements = placementsOf(reserved, n);
  return {
    head,
    at,
    tookMs,
    placements,
    opened: head.open?.openedBy === by,
  };
}

/**
 * Begins the work that follows a reservation, where there is any: arming the window's timer, and sealing. The add is
 * acknowledged without it (invariant 13). The ticker does what fails here.
 *
 * @param urgent whether the buffer has to be flushed now, with these items
 * @param landed settles when the items have landed
 * @returns settles when the work has ended, and never rejects; undefined when there is none
 */
export function afterReserve(
  services: AddServices,
  options: BufferOptions,
  buffer: BufferKey,
  reservation: Reservation,
  urgent: boolean,
  landed: Promise<unknown>,
): Promise<void> | undefined {
  const { head, opened } = reservation;
  // The throttle holds the window back. The timer of its turn seals it.
  if (head.open?.turn) return undefined;
  if (!opened && !urgent && !isReady(head, services.clock.now(), options)) return undefined;
  const work = async () => {
    const { sealReserved } = await lateSealReserved();
    await sealReserved(services, options, buffer, reservation, urgent, landed);
  };
  return services.background.begin('a window could not be sealed; the ticker will', work, buffer);
}
