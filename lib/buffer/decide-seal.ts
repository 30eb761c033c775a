import type { Head } from '../store/head.ts';
import { planSeal, type SealDemand, type SealPlan } from './seal-plan.ts';

/** What the sealer knows besides the head. */
export interface SealSituation {
  readonly maxSize: number | undefined;
  readonly maxBytes: number | undefined;
  /** Asks for windows to be sealed that are neither full nor due. */
  readonly demand: SealDemand | undefined;
  /** Slots are taken so fast that more will be taken before the update reaches the store. */
  readonly expectsMore: boolean;
  /** Nothing may be sealed, since the batch is paused. */
  readonly isPaused: boolean;
  /** Flushes are limited, and this one counts. An operator's does not. */
  readonly isThrottled: boolean;
  /** Whether this sealer is a writer. A writer does not serve the line when a turn has come. */
  readonly isWriter: boolean;
  /** Whether this sealer has to arm the window's timer if it does not seal the window. */
  readonly owesTimer: boolean;
}

/**
 * What the sealer does for a head:
 * - `seal`: seal these windows, as far as the throttle grants flushes.
 * - `hold`: the batch is paused. The ticker looks again.
 * - `wait`: the throttle has refused the window. It has a turn, and the turn's timer seals it.
 * - `serve`: the window's turn has come. Free flushes go to the windows that have waited longest.
 * - `arm`: nothing is to be sealed yet. The window's timer is to be armed.
 * - `nothing`: no window is open, or it is not due and another process arms its timer, or the head has too many markers.
 */
export type SealDecision =
  | { readonly kind: 'seal'; readonly plan: SealPlan }
  | { readonly kind: 'hold' | 'wait' | 'serve' | 'arm' | 'nothing' };

/**
 * Decides what the sealer does for a head. Writers, timers, the ticker and operators all use this one pure function.
 *
 * @param now by the sealer's clock; a wrong one makes a batch early or late, never wrong
 */
export function decideSeal(head: Head, now: number, situation: SealSituation): SealDecision {
  const { maxSize, maxBytes, demand, expectsMore, isPaused, isThrottled, isWriter, owesTimer } = situation;
  if (head.open === undefined) return { kind: 'nothing' };
  const { turn } = head.open;
  // A window that waits for the throttle is sealed at its turn, also when it is not full.
  const ownDemand = demand ?? (turn && { reason: turn.reason, upTo: head.window });
  const plan = planSeal(head, now, { maxSize, maxBytes, demand: ownDemand, expectsMore });
  if (plan === undefined) return { kind: owesTimer ? 'arm' : 'nothing' };
  if (isPaused) return { kind: 'hold' };
  if (turn === undefined || !isThrottled) return { kind: 'seal', plan };
  return { kind: !isWriter && turn.at <= now ? 'serve' : 'wait' };
}
