import type { Problem } from '../errors/errors.ts';

const FIRST_MS = 500;
const LARGEST_MS = 10_000;

/**
 * Computes how long to wait before the same request may be sent again; undefined if it may not. Only a request that was
 * refused as a whole is sent again. A 503 without `Retry-After` may come from a proxy that has timed out. After an add
 * that was stored in part, only the other part may be repeated.
 *
 * @param attempt how many requests before this one had such an answer
 */
export function retryDelay(
  { status, retryAfter, problem }: { status: number; retryAfter: string | null; problem: Problem },
  attempt: number,
): number | undefined {
  const isWhole = status === 429 || (status === 503 && retryAfter !== null);
  if (!isWhole || problem.code === 'batch.add_incomplete') return undefined;
  const exact = problem['retryAfterMs'];
  if (typeof exact === 'number' && exact >= 0) return exact;
  // the header may be a date too, but Cistern's API does not send one
  const seconds = Number(retryAfter ?? '');
  if (retryAfter !== null && Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  return backoff(attempt);
}

/** Computes the wait before another try, where the API does not say it: longer each time, up to a bound. */
export const backoff = (attempt: number): number => Math.min(LARGEST_MS, FIRST_MS * 2 ** attempt);
