import type { FlushReason } from '../definition/flush-reason.ts';
import type { Head, SealedWindow } from '../store/head.ts';
import { isReady, type ReadyRules } from './is-ready.ts';

/**
 * What to seal: the open window as it is (case A), or full windows with slots taken behind them (case B).
 */
export type SealPlan =
  | { readonly kind: 'open'; readonly reason: FlushReason }
  | {
      readonly kind: 'full';
      readonly windows: number;
      readonly reason: FlushReason;
      /** The `maxSize` of the window that stays open, where the definition has another one by now. */
      readonly cap?: number;
    };

/** A reason to seal windows that are neither full nor due, and the last window that it means. */
export interface SealDemand {
  readonly reason: FlushReason;
  /** The last window that is sealed for this reason. Later ones stay open. */
  readonly upTo: number;
}

/**
 * Windows that one update seals. Without a demand a sealer leaves no more windows than these under way to SQS, and leaves
 * the others to the sealers that are at work. A head with so many markers has about 1 KB. A larger one would cost each
 * reservation two write units.
 */
export const WINDOWS_PER_SEAL = 8;

/**
 * About how many markers of unpublished windows a head carries. Every reservation pays for the head's size. So while SQS
 * takes no messages, no more windows are sealed: further slots are handed out behind the full windows. The ticker
 * clears the markers later, and then the windows are sealed. A marker younger than `LEFT_BEHIND_AFTER_MS` does not
 * count, since its sealer may still be publishing.
 */
export const MARKERS_LEFT_BEHIND = 20;
const LEFT_BEHIND_AFTER_MS = 5_000;

/** What the sealer knows besides the head. */
export interface SealRules extends ReadyRules {
  readonly demand?: SealDemand | undefined;
  /** Whether more slots will be taken before the update reaches the store. Case A of a full window is refused then. */
  readonly expectsMore?: boolean;
}

/**
 * The markers whose sealers are probably at work, since they are young. A sealer goes on with what is full when it has
 * cleared its markers (docs/decisions/0081).
 *
 * @param now by the caller's clock; a wrong one makes a batch late, never wrong
 */
export const markersAtWork = ({ pending }: Head, now: number): number =>
  pending.filter(({ sealedAt }) => Math.abs(now - sealedAt) <= LEFT_BEHIND_AFTER_MS).length;

/**
 * The windows whose sealers have probably died or failed before they had published them.
 *
 * @param now by the caller's clock; a wrong one makes a batch late, never wrong
 */
export const leftBehind = ({ pending }: Head, now: number): SealedWindow[] =>
  pending.filter(({ sealedAt }) => sealedAt < now - LEFT_BEHIND_AFTER_MS);

/**
 * Plans what of a head can be sealed now. Returns undefined when nothing can.
 *
 * @param now by the sealer's clock; a wrong one makes a batch early or late, never wrong
 */
export function planSeal(head: Head, now: number, rules: SealRules = {}): SealPlan | undefined {
  if (head.open === undefined) return undefined;
  const { maxSize, maxBytes = Number.POSITIVE_INFINITY, demand, expectsMore = false } = rules;
  if (leftBehind(head, now).length >= MARKERS_LEFT_BEHIND) return undefined;
  const asked = demand && head.window <= demand.upTo ? demand : undefined;
  if (!isReady(head, now, rules)) return asked && { kind: 'open', reason: asked.reason };
  const { cap, bytes } = head.open;
  const count = head.next - head.base;
  const room = WINDOWS_PER_SEAL - (asked ? 0 : markersAtWork(head, now));
  if (room <= 0) return undefined;
  if (count > cap || (count === cap && expectsMore)) {
    // At least one slot stays open behind the full windows, so that slots taken meanwhile are never sealed unseen.
    const windows = Math.min(Math.max(1, Math.ceil(count / cap) - 1), WINDOWS_PER_SEAL, room);
    const isChanged = maxSize !== undefined && maxSize !== cap;
    return { kind: 'full', windows, reason: 'size', ...(isChanged && { cap: maxSize }) };
  }
  if (count >= Math.min(cap, maxSize ?? cap)) return { kind: 'open', reason: 'size' };
  return { kind: 'open', reason: bytes >= maxBytes ? 'bytes' : 'time' };
}

/** Computes the window of a head's last slot. A demand up to it seals everything that is open. */
export const lastWindow = (head: Head): number =>
  head.window + (head.open ? Math.max(0, Math.ceil((head.next - head.base) / head.open.cap) - 1) : -1);
