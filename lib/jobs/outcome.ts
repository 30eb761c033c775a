import type { AttemptOutcome } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import { NonRetriableError, RetryAfterError } from '../definition/steering.ts';
import { boundedDelayMs, type ItemFailure } from './item-failures.ts';
import { retryDelayMs } from './retry-delay.ts';

/** How an attempt went. */
export interface AttemptFacts {
  readonly attempt: number;
  /** Items that the handler was given, by their numbers in the job. */
  readonly given: readonly number[];
  /** Items that earlier attempts have given up. */
  readonly lost: readonly number[];
  readonly thrown: Error | undefined;
  /** Set when the handler took too long, whatever it did then. */
  readonly timedOut: Error | undefined;
  readonly discarded: string | undefined;
  /** Items that the handler has marked as failed, by their places in `given`. */
  readonly failed: ReadonlyMap<number, ItemFailure>;
}

/** What becomes of the job. */
export interface Decision {
  readonly outcome: AttemptOutcome;
  readonly error: Error | undefined;
  /** `over`: it has failed for good. */
  readonly next: 'completed' | 'retrying' | 'over';
  /** For `retrying`: ms from the failure to the next attempt. */
  readonly delayMs: number;
  /** The given items that have failed: all of them, or those to be tried again and those given up. */
  readonly items: 'all' | { readonly again: readonly number[]; readonly givenUp: readonly number[] };
}

/**
 * Decides how a job goes on after an attempt. If the handler returned, items that it has not marked as failed are done
 * and never come back. `discard` counts before a timeout, and a timeout before a thrown error.
 *
 * @param random from 0 up to 1, for jitter
 */
export function decide(facts: AttemptFacts, retries: Definition['retries'], random: number): Decision {
  const { attempt, given, lost, thrown, timedOut, discarded } = facts;
  const attemptsLeft = attempt <= retries.max;
  const policyMs = retryDelayMs(retries, attempt, random);
  const again = (delayMs = policyMs) => ({ next: 'retrying' as const, delayMs });
  const over = { next: 'over' as const, delayMs: 0 };

  if (discarded !== undefined) {
    return { ...over, outcome: 'discarded', error: thrown ?? new Error(discarded), items: 'all' };
  }
  const whole = timedOut ?? thrown;
  if (whole !== undefined) {
    const outcome = timedOut ? 'timed out' : 'failed';
    const isOver = !attemptsLeft || isA(whole, NonRetriableError);
    return { ...(isOver ? over : again(askedDelay(whole))), outcome, error: whole, items: 'all' };
  }

  const failed = [...facts.failed].map(([place, item]) => ({ ...item, number: given[place] ?? 0 }));
  const numbers = (retryable: boolean) =>
    failed.filter(item => item.retryable === retryable).map(({ number }) => number);
  const items = { again: numbers(true), givenUp: numbers(false) };
  const outcome = failed.length === 0 ? 'succeeded' : 'partly failed';
  const error = failed.length === 0 ? undefined : partial(failed, given.length);
  if (failed.length === 0 && lost.length === 0) {
    return { outcome, error, next: 'completed', delayMs: 0, items };
  }
  if (items.again.length === 0 || !attemptsLeft) return { ...over, outcome, error, items };
  // An item without a delay of its own has the policy's. The next attempt waits for the longest delay.
  const delays = failed.filter(({ retryable }) => retryable).map(({ delayMs = policyMs }) => delayMs);
  return { ...again(Math.max(...delays)), outcome, error, items };
}

function partial(failed: readonly ItemFailure[], given: number): Error {
  const [first] = failed;
  return new Error(`${failed.length} of ${given} items failed: ${first?.error.message ?? ''}`, {
    cause: first?.error,
  });
}

/**
 * Says whether an error is of a class. The name counts too, since a handler's bundle may have a copy of the class. An
 * error whose fields throw is of no class.
 */
function isA(error: Error, kind: typeof NonRetriableError | typeof RetryAfterError): boolean {
  try {
    return (
      [error.name, error.constructor.name].includes(kind.name) || error instanceof (kind as typeof Error)
    );
  } catch {
    return false;
  }
}

/** Returns the delay of a RetryAfterError, in ms; undefined where it has no valid one. */
function askedDelay(error: Error): number | undefined {
  if (!isA(error, RetryAfterError) || !('ms' in error)) return undefined;
  const { ms } = error;
  return typeof ms === 'number' && !Number.isNaN(ms) ? boundedDelayMs(ms) : undefined;
}
