import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError, NewerSchemaError } from '../errors.ts';
import type { Services } from '../store/services.ts';
import { lateAdmitPending } from './late-admit-pending.ts';

/** A process warns at most so often that a batch's control cannot be read. */
const WARN_EVERY_MS = 1_000;
/** How long a refused producer is told to wait. An operator may have resumed the batch by then. */
const RETRY_AFTER_MS = 5_000;

/**
 * Refuses an add while its batch takes no items. Nothing of the add is stored then.
 *
 * @throws BusyError `batch.ingestion_paused` or `batch.too_many_pending`, with `details.retryAfterMs`
 * @throws NewerSchemaError when a later version has written the batch's control
 */
export async function admit(
  services: Pick<Services, 'store' | 'admissionOf' | 'remember' | 'warn'>,
  definition: Definition,
): Promise<void> {
  const { name, maxPendingBatches } = definition;
  let isPaused = false;
  try {
    isPaused = (await services.admissionOf(name)).ingestionPaused;
  } catch (error) {
    tellUnread(services, name, error);
  }
  if (isPaused) {
    throw new BusyError(
      ERROR_CODES.ingestionPaused,
      `batch ${JSON.stringify(name)} is paused and takes no items; add again when it is resumed, or look in ${RETRY_AFTER_MS} ms.`,
      { details: { batch: name, retryAfterMs: RETRY_AFTER_MS } },
    );
  }
  if (maxPendingBatches === undefined) return;
  const { admitPending } = await lateAdmitPending();
  await admitPending(services, name, maxPendingBatches);
}

/** Warns that the control could not be read. The add goes on, since its items can be stored all the same. */
function tellUnread(
  { warn, remember }: Pick<Services, 'remember' | 'warn'>,
  batch: string,
  error: unknown,
): void {
  // A later version may have paused ingestion.
  if (error instanceof NewerSchemaError) throw error;
  // One warning for all adds that have waited for the same answer.
  void remember(`warned of the control of ${batch}`, WARN_EVERY_MS, async () =>
    warn('whether the batch is paused could not be read', error, { batch }),
  );
}
