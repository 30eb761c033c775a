import { retryIdempotent } from '../buffer/land.ts';
import type { Services } from '../store/services.ts';

/** What an attempt needs before its handler can run could not be had: that is no fault of the batch's. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** Asks the store for what an attempt needs, a few times. @throws UnavailableError */
export async function reach<T>(services: Pick<Services, 'clock'>, request: () => Promise<T>): Promise<T> {
  try {
    return await retryIdempotent(services, request);
  } catch (cause) {
    throw new UnavailableError('the items could not be read or stored', { cause });
  }
}
