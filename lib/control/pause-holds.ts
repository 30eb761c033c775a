import { SEND_WITHIN_MS } from '../topology.ts';

/** For how long a process believes that nothing is paused, counted from when it asked: asking for each item would make adds dearer. */
export const BELIEVED_MS = 1_000;

/** After `pause()` has returned, no window is sealed and no job begins from so long on. */
const HOLDS_AFTER_MS = 2_000;
/** How long `pause()` waits at the most: whoever calls it wants an answer. */
const WAITS_AT_MOST_MS = 10_000;

/**
 * How long `pause()` has to wait before it returns, so that the pause holds two seconds later.
 *
 * A process that asked just before the pause was written may send a seal or a claim for as long as it believes the
 * answer, or at once where the answer itself took longer. It sends it again for half a second, and then asks anew. The
 * request may then be as long on its way as the requests of `pause()` were.
 *
 * @param callMs what a request of `pause()` took
 */
export function waitUntilItHoldsMs(callMs: number): number {
  const lastMs = Math.max(BELIEVED_MS, callMs) + SEND_WITHIN_MS + callMs;
  return Math.min(WAITS_AT_MOST_MS, Math.max(0, lastMs - HOLDS_AFTER_MS));
}
