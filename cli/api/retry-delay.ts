import type { Problem } from '../errors/errors.ts';

const FIRST_MS = 500;
const LARGEST_MS = 10_000;

/**
 * How long to wait before the same request may be sent again; undefined where it may not. Only what was refused as a
 * whole is sent again: a 503 without `Retry-After` may come from something on the way that gave up waiting, and of
 * an add that was stored in part only that part may be repeated.
 *
 * @param attempt requests that were answered so before this one
 */
export function retryDelay(
  { status, retryAfter, problem }: { status: number; retryAfter: string | null; problem: Problem },
  attempt: number,
): number | undefined {
  const isWhole = status === 429 || (status === 503 && retryAfter !== null);
  if (!isWhole || problem.code === 'batch.add_incomplete') return undefined;
  const exact = problem['retryAfterMs'];
  if (typeof exact === 'number' && exact >= 0) return exact;
  // the other form of the header, a date, nobody here sends
  const seconds = Number(retryAfter ?? '');
  if (retryAfter !== null && Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  return backoff(attempt);
}

/** The wait before another try where nobody says how long: longer each time, and bounded. */
export const backoff = (attempt: number): number => Math.min(LARGEST_MS, FIRST_MS * 2 ** attempt);
