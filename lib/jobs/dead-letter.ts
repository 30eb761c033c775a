import type { Definition } from '../definition/options.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import { isEnded, type Job } from '../store/records.ts';
import type { AddServices, CloseServices, Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { closeJob } from './close-job.ts';
import { type Delivery, type DeliveryResult, setMessageVisibility } from './delivery.ts';
import { failUnread } from './fail-unread.ts';
import { toEndedJob } from './hooks.ts';
import { UnreadableItemsError } from './inline-items.ts';
import { handlerItems, unsettled } from './job-items.ts';
import { keepItems } from './keep-items.ts';
import { makeDurable } from './park.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';
import { sendBack } from './send-back.ts';
import { asError, fromErrorRecord } from './to-error.ts';

/** How long a call of onDead may take before another process makes it again: the dead letter function's timeout. */
const ON_DEAD_LOCK_MS = 310_000;
/** Between two calls of an onDead that throws: 1 s, 2 s, 4 s …, and then every 15 minutes, until it returns. */
const ON_DEAD_AGAIN_MS = { first: 1_000, longest: 900_000 };

/**
 * A message has come to the dead letter queue: by SQS's redrive, or from whoever ended the job, since its onDead is
 * owed. A job that has used its attempts up ends here. One that has not was only throttled, or died before it was
 * claimed: back to work.
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
  // it came twice: onDead has returned, and the job has been redriven
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
 * The job's batch is not deployed. The job stays as it is, with all that it owes, until its definition is back: the ticker
 * keeps its items alive, and then has it go on.
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

/** A job's record. One that is in a message alone, and was never claimed, is given one, and its items are stored. */
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

/** Calls onDead, at least once and until it returns: one that throws is called again later. */
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
    // the ticker sends the message again, should SQS lose this one
    await store.jobs.endOnDead(id, by, { againAt: clock.now() + wait + ON_DEAD_LOCK_MS });
    await setMessageVisibility(services, 'dead', batch, delivery, wait);
    return 'again';
  }
}
