import { CisternError } from './errors.ts';
import type { Clock } from './store/services.ts';

/** Pauses before a request whose answer did not come is repeated. */
const AGAIN_AFTER_MS = [100, 400, 1_600];

/**
 * Makes a request, and repeats it where no answer came, so that its outcome is known in the end. The request has to be
 * one that may be applied twice.
 *
 * @param isHeld whether it may not be made any more; it is asked before each repetition
 * @throws what the last try has thrown; a CisternError at once, since the request was understood and refused
 */
export async function untilAnswered<T>(
  clock: Pick<Clock, 'sleep'>,
  request: () => Promise<T>,
  isHeld: () => Promise<boolean>,
): Promise<T> {
  for (const pauseMs of AGAIN_AFTER_MS) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof CisternError) throw error;
      await clock.sleep(pauseMs);
      if (await isHeld()) throw error;
    }
  }
  return request();
}
