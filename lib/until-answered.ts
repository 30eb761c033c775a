import { CisternError } from './errors.ts';
import type { Clock } from './store/services.ts';

/** Pauses before a request without an answer is repeated. */
const AGAIN_AFTER_MS = [100, 400, 1_600];

/**
 * Makes a request, and repeats it if no answer came, so that its outcome is known in the end. The request must be
 * idempotent.
 *
 * @param isHeld returns whether the request may not be made any more. It is called before each repetition
 * @throws the error of the last try; a CisternError at once, since it means that the request was refused
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
