import type { FlushReason } from '../definition/flush-reason.ts';
import type { Head } from '../store/records.ts';

/** What to seal: the open window as it is (case A), or the full ones of an overfull buffer (case B). */
export type SealPlan =
  | { readonly kind: 'open'; readonly reason: FlushReason }
  | {
      readonly kind: 'full';
      readonly windows: number;
      readonly reason: FlushReason;
      /** The `maxSize` that the window left open is to have, where it is another one by now. */
      readonly cap?: number;
    };

/** Why a window is sealed that by itself would not be yet, and up to which one. */
export interface SealDemand {
  readonly reason: FlushReason;
  /** The last window that is meant; what comes after it gathers on. */
  readonly upTo: number;
}

/** Windows that one update moves on, to keep its expression small and the head below a write unit or two. */
const WINDOWS_PER_SEAL = 10;

/**
 * Markers that were left behind which a head carries at the most, about. Every reservation pays for the head's
 * size, so that while SQS takes no messages windows are left to fill over: they lose nothing by it, and are sealed
 * when the ticker has cleared the markers. A marker younger than this is its living sealer's, and does not count.
 */
const MARKERS_LEFT_BEHIND = 20;
const LEFT_BEHIND_AFTER_MS = 5_000;

/** What the sealer knows of the batch besides its head. */
export interface SealRules {
  /** The buffer's `maxSize`, where the sealer knows it. A window opened with a greater one counts as full at it. */
  readonly maxSize?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly demand?: SealDemand | undefined;
}

/**
 * Whether a head has something to seal now.
 *
 * @param now by the sealer's clock; a wrong one makes a batch early or late, never wrong
 */
export function planSeal(
  head: Head,
  now: number,
  { maxSize, maxBytes = Number.POSITIVE_INFINITY, demand }: SealRules = {},
): SealPlan | undefined {
  if (head.open === undefined) return undefined;
  const leftBehind = head.pending.filter(({ sealedAt }) => sealedAt < now - LEFT_BEHIND_AFTER_MS);
  if (leftBehind.length >= MARKERS_LEFT_BEHIND) return undefined;
  const { cap, bytes, deadline } = head.open;
  const count = head.next - head.base;
  if (count > cap) {
    // at least one slot stays open behind the full windows: what comes next is never sealed unseen
    const windows = Math.min(Math.ceil(count / cap) - 1, WINDOWS_PER_SEAL);
    const isChanged = maxSize !== undefined && maxSize !== cap;
    return { kind: 'full', windows, reason: 'size', ...(isChanged && { cap: maxSize }) };
  }
  if (count >= Math.min(cap, maxSize ?? cap)) return { kind: 'open', reason: 'size' };
  if (bytes >= maxBytes) return { kind: 'open', reason: 'bytes' };
  if (deadline <= now) return { kind: 'open', reason: 'time' };
  if (demand && head.window <= demand.upTo) return { kind: 'open', reason: demand.reason };
  return undefined;
}

/** The window that a head's last slot is in: what everything open is sealed up to. */
export const lastWindow = (head: Head): number =>
  head.window + (head.open ? Math.max(0, Math.ceil((head.next - head.base) / head.open.cap) - 1) : -1);
