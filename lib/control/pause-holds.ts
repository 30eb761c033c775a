import { SEND_WITHIN_MS } from '../topology.ts';

/** How long a process uses the answer "not paused", from the start of its read. A read for each item would cost more. */
export const BELIEVED_MS = 1_000;

/** From so long after the return of `pause()`, no window is sealed and no job begins. */
const HOLDS_AFTER_MS = 2_000;
/** How long `pause()` waits at most, since its caller needs an answer. */
const WAITS_AT_MOST_MS = 10_000;

/**
 * Computes how long `pause()` has to wait before it returns, so that the pause holds two seconds later.
 *
 * A process may have read the control just before the pause was written. It may send a seal or a claim while it uses that
 * answer, or at once if the answer itself took longer. It repeats the request for half a second, and then reads the
 * control again. The request may be on its way for as long as those of `pause()` were.
 *
 * @param callMs how long a request of `pause()` took, in milliseconds
 */
export function waitUntilItHoldsMs(callMs: number): number {
  const lastMs = Math.max(BELIEVED_MS, callMs) + SEND_WITHIN_MS + callMs;
  return Math.min(WAITS_AT_MOST_MS, Math.max(0, lastMs - HOLDS_AFTER_MS));
}
