import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { SealServices, Services } from '../store/services.ts';
import { lastFilled, type Placement } from './placement.ts';
import type { BufferOptions, Reservation } from './reservation.ts';
import { seal } from './seal.ts';
import { expectsMore, type SealDuty, sealDutyOf } from './seal-duty.ts';
import { lastWindow, planSeal } from './seal-plan.ts';

/**
 * Pauses between the looks of a writer that waits for a full window to be sealed by another process. Lambda freezes a writer's
 * process two seconds after its answer.
 */
const LOOKS_AFTER_MS = [0, 100, 200, 400, 800];

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
  const upTo = lastFilled(head, placements, maxSize) ?? head.window;
  const seen = duty === 'seal' ? head : await headAfterLanding(services, buffer, head, duty, upTo, landed);
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
 * gives the process whose duty it is a moment more, and looks again while that process is at the windows before.
 *
 * @param upTo the window that this writer has filled, or has met full
 * @returns undefined where other processes have sealed that window, or there is no head
 */
async function headAfterLanding(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  buffer: BufferKey,
  { epoch, window }: Head,
  duty: SealDuty,
  upTo: number,
  landed: Promise<unknown>,
): Promise<Head | undefined> {
  await landed;
  let [seen, before]: [Head | undefined, number] = [undefined, window];
  for (const pause of LOOKS_AFTER_MS) {
    if (pause > 0) await clock.sleep(pause);
    seen = await store.heads.readHead(buffer);
    if (duty !== 'help') return seen;
    if (seen?.epoch !== epoch || seen.window > upTo) return undefined;
    if (pause > 0 && before === upTo) return seen;
    before = seen.window;
  }
  return seen;
}
