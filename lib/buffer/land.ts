import { NewerSchemaError } from '../errors.ts';
import type { Chunk } from '../store/records.ts';
import type { Services, StoreAccess } from '../store/services.ts';

/** How a chunk's put ended. */
export type Landing =
  | { readonly state: 'landed' }
  /** A tombstone was there first: the items are in no window. */
  | { readonly state: 'fenced' }
  | { readonly state: 'not_stored'; readonly cause: unknown }
  | { readonly state: 'unknown'; readonly cause: unknown };

/** Pauses before the same put is repeated; each try has the SDK's own retries inside. */
const REPEAT_AFTER_MS = [200, 800];

/**
 * Puts a chunk. While the outcome of its put is unknown only that same put is repeated. When it stays unknown
 * the writer fences its own slots: whichever of the two puts came first decides, and the writer learns which.
 */
export async function land(services: StoreAccess, job: string, chunk: Chunk): Promise<Landing> {
  try {
    return { state: await retryIdempotent(services, () => services.store.windows.putChunk(job, chunk)) };
  } catch (cause) {
    return abandon(services, job, chunk, cause);
  }
}

/** Fences a chunk's own slots, so that it is never in the batch, unless it is there already. */
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

/** Repeats an idempotent request that failed without a clear answer, a few times. */
export async function retryIdempotent<T>(
  { clock }: Pick<Services, 'clock'>,
  request: () => Promise<T>,
): Promise<T> {
  for (const pause of REPEAT_AFTER_MS) {
    try {
      return await request();
    } catch (error) {
      // a clear answer, and the same one the next time
      if (error instanceof NewerSchemaError) throw error;
      await clock.sleep(pause);
    }
  }
  return request();
}
