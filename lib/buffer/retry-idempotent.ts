import { NewerSchemaError } from '../errors.ts';
import type { Services } from '../store/services.ts';

/** Pauses before the same request is repeated. The SDK retries within each try. */
const REPEAT_AFTER_MS = [200, 800];

/**
 * Repeats an idempotent request that failed without a clear answer, a few times within a second. Its caller has a way to
 * go on without the answer. Where it has none, `untilAnswered` repeats a request for longer, and asks for the pause.
 */
export async function retryIdempotent<T>(
  { clock }: Pick<Services, 'clock'>,
  request: () => Promise<T>,
): Promise<T> {
  for (const pause of REPEAT_AFTER_MS) {
    try {
      return await request();
    } catch (error) {
      // The store has answered, and would give the same answer again.
      if (error instanceof NewerSchemaError) throw error;
      await clock.sleep(pause);
    }
  }
  return request();
}
