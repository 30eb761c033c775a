import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { BusyError, NewerSchemaError } from '../errors.ts';
import type { Services } from '../store/services.ts';
import { lateAdmitPending } from './late-admit-pending.ts';

/** How often a process says of a batch that its control cannot be read. */
const WARN_EVERY_MS = 1_000;
/** What a refused producer is told to wait: by then an operator may have resumed the batch. */
const RETRY_AFTER_MS = 5_000;

/**
 * Lets an add in, or refuses it before anything of it is looked at.
 *
 * @throws BusyError `batch.ingestion_paused` or `batch.too_many_pending`, with `details.retryAfterMs`
 * @throws NewerSchemaError when a later version has written down what was asked of the batch
 */
export async function admit(
  services: Pick<Services, 'store' | 'controlOf' | 'remember' | 'warn'>,
  definition: Definition,
): Promise<void> {
  const { name, maxPendingBatches } = definition;
  let isPaused = false;
  try {
    isPaused = (await services.controlOf(name)).ingestionPaused;
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

/** Lets the add go on: an item that can be stored is not refused because a question could not be asked. */
function tellUnread(
  { warn, remember }: Pick<Services, 'remember' | 'warn'>,
  batch: string,
  error: unknown,
): void {
  // what was asked for may be just this: to take nothing
  if (error instanceof NewerSchemaError) throw error;
  // said once for all adds that have waited for the same answer
  void remember(`warned of the control of ${batch}`, WARN_EVERY_MS, async () =>
    warn('whether the batch is paused could not be read', error, { batch }),
  );
}
