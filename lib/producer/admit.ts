import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError, NewerSchemaError } from '../errors.ts';
import type { Services } from '../store/services.ts';

/** How old what a process knows of a batch's jobs may be. */
const LOOK_EVERY_MS = 1_000;
/** What a refused producer is told to wait: by then a job may have ended, or an operator have resumed. */
const RETRY_AFTER_MS = { paused: 5_000, pending: 1_000 };

/**
 * Lets an add in, or refuses it before anything of it is looked at.
 *
 * @throws BusyError `batch.ingestion_paused` or `batch.too_many_pending`, with `details.retryAfterMs`
 * @throws NewerSchemaError when a later version has written down what was asked of the batch
 */
export async function admit(services: Services, definition: Definition): Promise<void> {
  const { name, maxPendingBatches } = definition;
  if (await isIngestionPaused(services, name)) {
    throw new BusyError(
      ERROR_CODES.ingestionPaused,
      `batch ${JSON.stringify(name)} is paused and takes no items; add again when it is resumed, or look in ${RETRY_AFTER_MS.paused} ms.`,
      { details: { batch: name, retryAfterMs: RETRY_AFTER_MS.paused } },
    );
  }
  if (maxPendingBatches === undefined) return;
  const pending = await pendingJobs(services, name, maxPendingBatches);
  if (pending < maxPendingBatches) return;
  throw new BusyError(
    ERROR_CODES.tooManyPending,
    `batch ${JSON.stringify(name)} has ${pending} jobs that wait or run, and may have ${maxPendingBatches} (maxPendingBatches); add again in ${RETRY_AFTER_MS.pending} ms.`,
    {
      details: {
        batch: name,
        pending,
        maxPendingBatches,
        retryAfterMs: RETRY_AFTER_MS.pending,
      },
    },
  );
}

async function isIngestionPaused({ controlOf, warn, remember }: Services, batch: string): Promise<boolean> {
  try {
    return (await controlOf(batch)).ingestionPaused;
  } catch (error) {
    // what was asked for may be just this: to take nothing
    if (error instanceof NewerSchemaError) throw error;
    // an item that can be stored is not refused because a question could not be asked
    // said once for all adds that have waited for the same answer
    void remember(`warned of the control of ${batch}`, LOOK_EVERY_MS, async () =>
      warn('whether the batch is paused could not be read', error, { batch }),
    );
    return false;
  }
}

/** Counted at most once a second by each process, from an index that may lag a moment: the bound is soft. */
function pendingJobs({ store, warn, remember }: Services, batch: string, enough: number): Promise<number> {
  return remember(`pending jobs of ${batch}`, LOOK_EVERY_MS, () =>
    store.jobs.count(batch, 'open', enough).catch(error => {
      warn('the pending jobs of a batch could not be counted', error, { batch });
      return 0;
    }),
  );
}
