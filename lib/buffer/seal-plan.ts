import type { FlushReason } from '../definition/flush-reason.ts';
import type { Head } from '../store/records.ts';

/** What to seal: the open window as it is (case A), or the full ones of an overfull buffer (case B). */
export type SealPlan =
  | { readonly kind: 'open'; readonly reason: FlushReason }
  | { readonly kind: 'full'; readonly windows: number; readonly reason: FlushReason };

/** Windows that one update moves on, to keep its expression small and the head below a write unit or two. */
const WINDOWS_PER_SEAL = 10;

/**
 * Markers that were left behind which a head carries at the most, about. Every reservation pays for the head's
 * size, so that while SQS takes no messages windows are left to fill over: they lose nothing by it, and are sealed
 * when the ticker has cleared the markers. A marker younger than this is its living sealer's, and does not count.
 */
const MARKERS_LEFT_BEHIND = 20;
const LEFT_BEHIND_AFTER_MS = 5_000;

/**
 * Whether a head has something to seal now.
 *
 * @param now by the sealer's clock; a wrong one makes a batch early or late, never wrong
 * @param maxBytes of the definition, where the sealer knows it
 */
export function planSeal(head: Head, now: number, maxBytes = Number.POSITIVE_INFINITY): SealPlan | undefined {
  if (head.open === undefined) return undefined;
  const leftBehind = head.pending.filter(({ sealedAt }) => sealedAt < now - LEFT_BEHIND_AFTER_MS);
  if (leftBehind.length >= MARKERS_LEFT_BEHIND) return undefined;
  const { cap, bytes, deadline } = head.open;
  const count = head.next - head.base;
  if (count > cap) {
    // at least one slot stays open behind the full windows: what comes next is never sealed unseen
    const windows = Math.min(Math.ceil(count / cap) - 1, WINDOWS_PER_SEAL);
    return { kind: 'full', windows, reason: 'size' };
  }
  if (count === cap) return { kind: 'open', reason: 'size' };
  if (bytes >= maxBytes) return { kind: 'open', reason: 'bytes' };
  if (deadline <= now) return { kind: 'open', reason: 'time' };
  return undefined;
}
