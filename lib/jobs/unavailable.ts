import { retryIdempotent } from '../buffer/retry-idempotent.ts';
import type { Services } from '../store/services.ts';

/** An attempt could not read what its handler needs. The attempt does not count. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** Reads what an attempt needs from the store, with a few tries. @throws UnavailableError */
export async function reach<T>(services: Pick<Services, 'clock'>, request: () => Promise<T>): Promise<T> {
  try {
    return await retryIdempotent(services, request);
  } catch (cause) {
    throw new UnavailableError('the items could not be read or stored', { cause });
  }
}
