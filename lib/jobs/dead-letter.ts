import type { Definition } from '../definition/options.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { AddServices, CloseServices, Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { closeJob } from './close-job.ts';
import { type Delivery, type DeliveryResult, setMessageVisibility } from './delivery.ts';
import { failUnread } from './fail-unread.ts';
import { toEndedJob } from './hooks.ts';
import { UnreadableItemsError } from './inline-items.ts';
import { handlerItems, unsettled } from './job-items.ts';
import { keepItems } from './keep-items.ts';
import { makeDurable } from './make-durable.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';
import { sendBack } from './send-back.ts';
import { asError, fromErrorRecord } from './to-error.ts';

/** How long a call of onDead may take before another process makes it again: the dead letter function's timeout. */
const ON_DEAD_LOCK_MS = 310_000;
/** Pauses between two calls of an onDead that throws: 1 s, 2 s, 4 s … up to 15 minutes, until it returns. */
const ON_DEAD_AGAIN_MS = { first: 1_000, longest: 900_000 };

/**
 * Handles a message of the dead letter queue. SQS has moved it there, or the process that ended the job has sent it to
 * have onDead called. A job whose attempts are used up ends here. Other jobs are sent back to their queue: they were
 * throttled, or their process died before the claim.
 *
 * @returns `again` while a run of the job may still be alive, or onDead has to be called again
 */
export async function handleDeadLetter(
  services: AddServices & Pick<Services, 'note'>,
  delivery: Delivery,
): Promise<DeliveryResult> {
  const { clock, definitionOf } = services;
  const { message } = delivery;
  const job = await recordOf(services, message);
  if (job === undefined) return 'done';
  const definition = definitionOf(job.batch);
  if (definition === undefined) return leave(services, job, message);
  if (isEnded(job)) {
    return job.onDeadPending === undefined ? 'done' : callOnDead(services, definition, job, delivery);
  }
  // The message came twice. onDead has returned, and the job has been redriven since.
  if ('onDead' in message) return 'done';
  const lockedMs = (job.lockedUntil ?? 0) - clock.now();
  if (lockedMs > 0) {
    await setMessageVisibility(services, 'dead', job.batch, delivery, lockedMs + 1_000);
    return 'again';
  }
  if (job.attempts > definition.retries.max) {
    return (await closeJob(services, definition, job, { how: 'died' }, message)) ? 'done' : 'again';
  }
  return sendBack(services, definition, job, message);
}

/**
 * Leaves a job as it is whose batch is not deployed. The ticker prolongs its records, and sends it again when its
 * definition is deployed again.
 */
async function leave(services: CloseServices, job: Job, message: JobMessage): Promise<DeliveryResult> {
  if (isEnded(job)) return 'done';
  try {
    await makeDurable(services, message, services.clock.now() + JOB_RESEND_AFTER_MS);
    return 'done';
  } catch (error) {
    if (!(error instanceof UnreadableItemsError)) throw error;
    return (await closeJob(services, undefined, job, { how: 'unreadable', error }, message))
      ? 'done'
      : 'again';
  }
}

/** Reads a job's record. A job that only its message has gets a record, and its items are stored. */
async function recordOf(
  services: CloseServices & Pick<Services, 'definitionOf'>,
  message: JobMessage,
): Promise<Job | undefined> {
  const { store, clock, definitionOf } = services;
  const job = await store.jobs.readJob(message.job);
  if (job !== undefined || !('inline' in message)) return job;
  const lookAt = clock.now() + JOB_RESEND_AFTER_MS;
  try {
    await makeDurable(services, message, lookAt);
  } catch (error) {
    if (!(error instanceof UnreadableItemsError)) throw error;
    await failUnread(services, definitionOf(message.inline.batch), message.inline, error, message);
  }
  return store.jobs.readJob(message.job);
}

/** Calls onDead. If it throws, it is called again later, until it returns. */
async function callOnDead(
  services: Pick<Services, 'store' | 'queues' | 'clock' | 'newId' | 'measure' | 'warn'>,
  definition: Definition,
  { id, batch }: Job,
  delivery: Delivery,
): Promise<DeliveryResult> {
  const { store, clock, warn } = services;
  const by = services.newId();
  const job = await store.jobs.claimOnDead(id, by, clock.now(), clock.now() + ON_DEAD_LOCK_MS);
  if (job === undefined) return 'again';
  const { onDead } = definition.deadLetter;
  try {
    if (onDead) {
      const items = unsettled(job, await handlerItems(services, job));
      await onDead(
        toEndedJob(
          job,
          items.map(({ item }) => item),
        ),
        fromErrorRecord(job.error ?? { name: 'Error', message: 'unknown' }),
      );
    }
    const [now, keepMs] = [clock.now(), definition.retention.failed];
    await keepItems(services, job, now + keepMs);
    await store.jobs.endOnDead(id, by, { now, keepMs });
    return 'done';
  } catch (error) {
    warn('onDead threw; it will be called again', asError(error), aboutJob(job));
    const { first, longest } = ON_DEAD_AGAIN_MS;
    const wait = Math.min(longest, first * 2 ** (job.onDeadPending ?? 0));
    // If SQS loses this message, the ticker sends another one then.
    await store.jobs.endOnDead(id, by, { againAt: clock.now() + wait + ON_DEAD_LOCK_MS });
    await setMessageVisibility(services, 'dead', batch, delivery, wait);
    return 'again';
  }
}
