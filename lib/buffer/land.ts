import type { Services, StoreAccess } from '../store/services.ts';
import type { Chunk } from '../store/slot-record.ts';
import { isThrottled } from '../throttled.ts';
import { retryIdempotent } from './retry-idempotent.ts';

/** How a chunk's put ended. */
export type Landing =
  | { readonly state: 'landed' }
  /** A tombstone was put first. The items are in no window. */
  | { readonly state: 'fenced' }
  | { readonly state: 'not_stored'; readonly cause: unknown }
  | { readonly state: 'unknown'; readonly cause: unknown };

/** For how long a put that the store throttles is repeated, in ms for each chunk of its reservation. */
const CHUNK_RETRY_MS = 5_000;
/** The same for a whole reservation, which is valid for a minute. */
const LONGEST_RETRY_MS = 55_000;
/** Between two rounds of tries of a throttled put: the writer slows down. */
const SLOW_DOWN_MS = [1_000, 2_000, 4_000];

/**
 * Puts a chunk. While the outcome of its put is unknown, only that same put is repeated. A put that the store throttles is
 * repeated for longer, ever more slowly: a window's partition takes about 1 MB a second, so that the chunks of a large
 * bulk throttle each other. If the outcome stays unknown, the writer fences its own slots. Either the chunk or the
 * tombstone was put first, and the answer tells which.
 *
 * @param chunks how many chunks its reservation has
 */
export async function land(services: StoreAccess, job: string, chunk: Chunk, chunks = 1): Promise<Landing> {
  const { clock, store } = services;
  const until = clock.now() + Math.min(CHUNK_RETRY_MS * chunks, LONGEST_RETRY_MS);
  for (let round = 0; ; round++) {
    try {
      return { state: await retryIdempotent(services, () => store.windows.putChunk(job, chunk)) };
    } catch (cause) {
      const pause = SLOW_DOWN_MS[Math.min(round, SLOW_DOWN_MS.length - 1)] ?? 0;
      if (!isThrottled(cause) || clock.now() + pause > until) return abandon(services, job, chunk, cause);
      await clock.sleep(pause);
    }
  }
}

/** Fences a chunk's own slots, so that its items never get into the batch, unless the chunk is already there. */
export async function abandon(
  services: Pick<Services, 'store'>,
  job: string,
  { slot, slots }: Pick<Chunk, 'slot' | 'slots'>,
  cause: unknown,
): Promise<Landing> {
  try {
    const there = await services.store.windows.putTombstone(job, { kind: 'tombstone', slot, slots });
    return there.kind === 'chunk' ? { state: 'landed' } : { state: 'not_stored', cause };
  } catch {
    return { state: 'unknown', cause };
  }
}
