import type { Head } from '../store/records.ts';
import { planSeal, type SealDemand, type SealPlan } from './seal-plan.ts';

/** What the sealer knows besides the head. */
export interface SealSituation {
  readonly maxSize: number | undefined;
  readonly maxBytes: number | undefined;
  /** Who demands that windows are sealed which by themselves would not be yet, and which. */
  readonly demand: SealDemand | undefined;
  /** Nothing may be sealed, since the batch is paused. */
  readonly isPaused: boolean;
  /** Flushes are limited, and this one counts like all others. */
  readonly isThrottled: boolean;
  /** Whether it may act when the turn of a waiting window has come, its own or that of another. */
  readonly mayServe: boolean;
  /** Whether the window's timer falls to this sealer, as long as the window is not sealed. */
  readonly owesTimer: boolean;
}

/**
 * What is to be done for a head:
 * - `seal`: seal these windows, as far as the throttle grants flushes.
 * - `hold`: the batch is paused. The ticker looks again.
 * - `wait`: the throttle has refused the window. It has a turn, and whoever fires its timer sees to it.
 * - `serve`: its turn has come. A flush that is free goes to the window that has waited longest.
 * - `arm`: nothing is to be sealed yet. The window's timer is to be armed.
 * - `nothing`: nothing is open, or it is not due and its timer is somebody else's, or too many markers wait.
 */
export type SealDecision =
  | { readonly kind: 'seal'; readonly plan: SealPlan }
  | { readonly kind: 'hold' | 'wait' | 'serve' | 'arm' | 'nothing' };

/**
 * Decides what is to be done for a head. It is pure, so that every way in which a seal is asked for ends in the same
 * decision.
 *
 * @param now by the sealer's clock; a wrong one makes a batch early or late, never wrong
 */
export function decideSeal(head: Head, now: number, situation: SealSituation): SealDecision {
  const { maxSize, maxBytes, demand, isPaused, isThrottled, mayServe, owesTimer } = situation;
  if (head.open === undefined) return { kind: 'nothing' };
  const { turn } = head.open;
  // a window that waits for the throttle is sealed at its turn, however full it is then
  const ownDemand = demand ?? (turn && { reason: turn.reason, upTo: head.window });
  const plan = planSeal(head, now, { maxSize, maxBytes, demand: ownDemand });
  if (plan === undefined) return { kind: owesTimer ? 'arm' : 'nothing' };
  if (isPaused) return { kind: 'hold' };
  if (turn === undefined || !isThrottled) return { kind: 'seal', plan };
  return { kind: mayServe && turn.at <= now ? 'serve' : 'wait' };
}
