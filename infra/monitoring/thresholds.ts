import type { StackDefinition } from '../options/stack-definition.ts';

/** The age is told once a minute, and three of five values decide: what is shorter than that nobody can tell. */
const OLD_AT_LEAST_MS = 300_000;

/** A day, the longest that a retry may be delayed. */
const LONGEST_DELAY_MS = 86_400_000;

/** Lambda's ceiling less what is kept back for writing down how an attempt ended. */
const LONGEST_HANDLER_MS = 900_000 - 5_000;

/** Where nobody hurries a handler that has used so much of its time, the next slower one is ended by it. */
const SLOW_SHARE = 0.8;

/**
 * The age in ms from which a batch's oldest item is too old: twice `maxWaitMs`, since an item waits for no longer than
 * once, and what the definition allows a batch to take after that, with `timeout` for each attempt (a handler whose
 * definition names none is expected to take moments) and the delays between them; five minutes at the least.
 */
export function oldItemMs({ maxWaitMs, timeout = 0, retries }: StackDefinition): number {
  const { max, strategy, baseDelay, maxDelay = LONGEST_DELAY_MS } = retries;
  let afterFlush = (max + 1) * timeout;
  for (let retry = 0; retry < max; retry++) {
    const delay = strategy === 'exponential' ? baseDelay * 2 ** retry : baseDelay;
    afterFlush += Math.min(delay, maxDelay, LONGEST_DELAY_MS);
  }
  return Math.max(OLD_AT_LEAST_MS, 2 * maxWaitMs + afterFlush);
}

/** What a handler may take in ms: then its signal is aborted. */
export const handlerLimitMs = ({ timeout = LONGEST_HANDLER_MS }: StackDefinition): number =>
  Math.min(timeout, LONGEST_HANDLER_MS);

/** What a handler has to take in ms to be near that limit. */
export const slowHandlerMs = (definition: StackDefinition): number => SLOW_SHARE * handlerLimitMs(definition);
