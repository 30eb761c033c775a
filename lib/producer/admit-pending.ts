import * as ERROR_CODES from '../error-codes.ts';
import { BusyError } from '../errors.ts';
import type { Services } from '../store/services.ts';

/** How long a process uses a count of a batch's pending jobs. */
const COUNT_EVERY_MS = 1_000;
/** How long a refused producer is told to wait. A job may have ended by then. */
const RETRY_AFTER_MS = 1_000;

/**
 * Refuses an add where a batch has too many pending jobs. Batches without `maxPendingBatches` never load it.
 *
 * @throws BusyError `batch.too_many_pending`, with `details.retryAfterMs`
 */
export async function admitPending(
  services: Pick<Services, 'store' | 'remember' | 'warn'>,
  batch: string,
  maxPendingBatches: number,
): Promise<void> {
  const pending = await pendingJobs(services, batch, maxPendingBatches);
  if (pending < maxPendingBatches) return;
  throw new BusyError(
    ERROR_CODES.tooManyPending,
    `batch ${JSON.stringify(batch)} has ${pending} jobs that wait or run, and may have ${maxPendingBatches} (maxPendingBatches); add again in ${RETRY_AFTER_MS} ms.`,
    { details: { batch, pending, maxPendingBatches, retryAfterMs: RETRY_AFTER_MS } },
  );
}

/** Counts the pending jobs, at most once a second. The index may lag a moment, so that the bound is soft. */
function pendingJobs(
  { store, warn, remember }: Pick<Services, 'store' | 'remember' | 'warn'>,
  batch: string,
  enough: number,
): Promise<number> {
  return remember(`pending jobs of ${batch}`, COUNT_EVERY_MS, () =>
    store.jobs.count(batch, 'open', enough).catch(error => {
      warn('the pending jobs of a batch could not be counted', error, { batch });
      return 0;
    }),
  );
}
