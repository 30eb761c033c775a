import type { Head } from '../store/head.ts';
import { fillsWindow, type Placement, sizeOf } from './placement.ts';
import type { Reservation } from './reservation.ts';
import { markersAtWork } from './seal-plan.ts';

/**
 * What a writer does about a full window that its reservation has left in the head:
 * - `seal`: its slots have made the open window full, so that it seals the window at once.
 * - `look`: its slots have made a later window full. The writer of the open window is at it. When the items have landed,
 *   this writer reads the head, and seals all that is full then.
 * - `help`: its slots are behind the full window, or they have made the window full while another sealer is at work. If
 *   the head has the same window when the items have landed and a moment has passed, the process whose duty it was may be
 *   dead, and this writer seals.
 * - `none`: other writers do it.
 */
export type SealDuty = 'seal' | 'look' | 'help' | 'none';

/** From this slot behind a full window on, only each slot whose number is a power of two has its writer help. */
const HELPERS_FROM = 8;

/**
 * Decides who seals a full window. Of all writers that see it, few try: a busy head takes about 1,000 write units a second,
 * and a refused update costs as much as one that applies.
 *
 * A head with young markers has a sealer at work. That sealer will find the full window in the answer to the clear of its
 * markers, since that update comes after this reservation. So one sealer seals what several writers have filled.
 *
 * @param head as the reservation left it
 * @param maxSize as the writer knows it; a window that was opened with a greater one counts as full at this size
 * @param now by the writer's clock
 */
export function sealDutyOf(
  head: Head,
  placements: readonly Placement[],
  maxSize: number,
  now: number,
): SealDuty {
  const size = sizeOf(head, maxSize);
  const end = head.next - head.base;
  const first = end - slotsOf(placements);
  const isSealedByOther = markersAtWork(head, now) > 0;
  if (first < size && end >= size) return isSealedByOther ? 'help' : 'seal';
  if (!isSealedByOther && fillsWindow(head, placements, maxSize)) return 'look';
  return hasHelper(first - size, end - size) ? 'help' : 'none';
}

/** Whether one of these slots, counted from the first one behind a full window, has its writer help. */
function hasHelper(from: number, to: number): boolean {
  if (from <= 0) return to > 0;
  const highest = 2 ** Math.floor(Math.log2(to));
  return highest >= HELPERS_FROM && highest > from;
}

/**
 * Whether other writers will probably take slots before this writer's next update reaches the store: at the rate at which the
 * window was filled, two or more reservations come while a request is under way. One writer that adds one item after the
 * other makes half a reservation in that time.
 */
export function expectsMore({
  head,
  at,
  tookMs,
  placements,
}: Pick<Reservation, 'head' | 'at' | 'tookMs' | 'placements'>): boolean {
  if (head.open === undefined) return false;
  const reservations = (head.next - head.base) / slotsOf(placements);
  return reservations * tookMs >= 2 * Math.max(1, at + tookMs - head.open.openedAt);
}

const slotsOf = (placements: readonly Placement[]): number =>
  placements.reduce((sum, { count }) => sum + count, 0);
