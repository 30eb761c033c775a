import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { SealServices, Services } from '../store/services.ts';
import type { Placement } from './placement.ts';
import type { BufferOptions, Reservation } from './reservation.ts';
import { seal } from './seal.ts';
import { expectsMore, type SealDuty, sealDutyOf } from './seal-duty.ts';
import { lastWindow, planSeal } from './seal-plan.ts';

/** How much longer than its own write a writer waits for a full window to be sealed by another one. */
const HELP_AFTER_MS = 100;

/**
 * Does what a writer owes its buffer after a reservation: the opener of the window arms its timer, and a full window is
 * sealed by the writer whose duty it is (docs/decisions/0080).
 *
 * @param urgent whether the buffer has to be flushed now, with these items
 * @param landed settles when the items have landed
 */
export async function sealReserved(
  services: SealServices,
  { maxSize, maxBytes }: BufferOptions,
  buffer: BufferKey,
  reservation: Reservation,
  urgent: boolean,
  landed: Promise<unknown>,
): Promise<void> {
  const { clock } = services;
  const { head, opened, placements } = reservation;
  const demand = urgent ? ({ reason: 'urgent', upTo: lastWindow(head) } as const) : undefined;
  const plan = planSeal(head, clock.now(), { maxSize, maxBytes, demand });
  const duty =
    plan?.reason === 'size' && !urgent ? sealDutyOf(head, placements, maxSize, clock.now()) : 'seal';
  if ((plan === undefined || duty === 'none') && !opened) return;
  const seen = duty === 'seal' ? head : await headAfterLanding(services, buffer, head, duty, landed);
  // The items of a bulk may take long to land, since the store throttles what comes too fast for a partition. A reader that
  // met their gaps would fence a writer that is well (docs/decisions/0068).
  if (duty === 'seal' && plan?.reason === 'size' && isBulk(placements)) await landed;
  if (seen === undefined) return;
  await seal(services, buffer, seen, {
    demand,
    maxSize,
    expectsMore: duty === 'seal' && expectsMore(reservation),
    isWriter: true,
    owesTimer: opened,
  });
}

const isBulk = ([first, ...others]: readonly Placement[]): boolean =>
  others.length > 0 || (first?.count ?? 0) > 1;

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
  const later = await store.heads.readHead(buffer);
  return later?.epoch === epoch && later.window === window ? later : undefined;
}
