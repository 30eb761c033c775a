import type { StackDefinition } from '../options/stack-definition.ts';

/** The alarm needs three of five values, and there is one a minute: it cannot notice a shorter time. */
const OLD_AT_LEAST_MS = 300_000;

/** The longest delay of a retry: a day. */
const LONGEST_DELAY_MS = 86_400_000;

/** Lambda's longest timeout, less the time that is reserved for storing an attempt's end. */
const LONGEST_HANDLER_MS = 900_000 - 5_000;

/** A handler that uses this share of its time is near its limit: a somewhat slower run would be aborted. */
const SLOW_SHARE = 0.8;

/**
 * Computes the age in ms from which a batch's oldest item is too old. It is twice `maxWaitMs`, plus `timeout` for each
 * attempt and the delays between attempts, and at least five minutes. An item waits at most once `maxWaitMs`. Without a
 * `timeout`, an attempt counts as 0 ms.
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

/** Computes how long a handler may take in ms. After that its signal is aborted. */
export const handlerLimitMs = ({ timeout = LONGEST_HANDLER_MS }: StackDefinition): number =>
  Math.min(timeout, LONGEST_HANDLER_MS);

/** Computes the duration in ms from which a handler is near that limit. */
export const slowHandlerMs = (definition: StackDefinition): number => SLOW_SHARE * handlerLimitMs(definition);
