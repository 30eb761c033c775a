import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';

/**
 * How long after the failure of attempt `attempt` (1, 2, …) the next one begins, in ms: baseDelay, and with the
 * exponential strategy twice, four times … as long, never longer than maxDelay. With jitter it is drawn from the
 * upper half of that ("equal jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param random from 0 up to 1
 */
export function retryDelayMs(
  { strategy, baseDelay, maxDelay = LIMITS.retryDelayMs.max, jitter }: Definition['retries'],
  attempt: number,
  random: number,
): number {
  const factor = strategy === 'exponential' ? 2 ** (attempt - 1) : 1;
  const delay = Math.min(baseDelay * factor, maxDelay, LIMITS.retryDelayMs.max);
  return jitter ? Math.round(delay / 2 + (delay / 2) * random) : delay;
}
