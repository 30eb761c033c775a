import { readWindow } from '../buffer/read.ts';
import type { Definition } from '../definition/options.ts';
import { unpackItems } from '../memory/inline.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { LOCK_TTL_MS } from '../topology.ts';
import { MAX_ATTEMPTS, retryDelayMs } from './attempts.ts';
import { callHandler } from './call-handler.ts';
import { dropSeenKeys } from './drop-seen-keys.ts';

const HEARTBEAT_MS = LOCK_TTL_MS / 3;

/** A job's message as it was received. */
export interface Delivery {
  readonly message: JobMessage;
  readonly receiptHandle: string;
}

/** `done`: the message can be deleted. `again`: it has to come back, and its visibility is set for this. */
export type DeliveryResult = 'done' | 'again';

/**
 * Runs the job that a message points to: claims its record, reads its window, calls the handler, and writes down
 * how it ended. A message too many is harmless: the record tells whether the job is finished or running.
 */
export async function runJob(
  services: Services,
  definition: Definition,
  delivery: Delivery,
): Promise<DeliveryResult> {
  // the queue's own visibility is as long as the function's timeout; from here on it is the lock's
  const shortened = comeBackIn(services, definition, delivery, LOCK_TTL_MS);
  const backIn = await attempt(services, definition, delivery);
  await shortened;
  if (backIn === undefined) return 'done';
  await comeBackIn(services, definition, delivery, backIn);
  return 'again';
}

/** Claims the job and runs it once. Returns in how many ms the message has to come back; undefined: it need not. */
async function attempt(
  services: Services,
  definition: Definition,
  delivery: Delivery,
): Promise<number | undefined> {
  const { store, clock, warn } = services;
  const { message } = delivery;
  const by = services.newId();
  const claim = await store.jobs.claim(
    message.job,
    { by, now: clock.now(), lockedUntil: clock.now() + LOCK_TTL_MS, tags: definition.tags },
    'inline' in message ? message.inline : undefined,
  );
  if (claim.outcome === 'missing') warn('a message came for a job that is no more', new Error(message.job));
  if (claim.outcome === 'missing' || claim.outcome === 'finished') return undefined;
  const { job } = claim;
  if (claim.outcome === 'busy') return (job.lockedUntil ?? clock.now()) - clock.now() + 1_000;

  const stopHeartbeat = clock.every(HEARTBEAT_MS, () => {
    void store.jobs
      .renew(job.id, by, clock.now() + LOCK_TTL_MS)
      .catch(error => warn('a lock could not be renewed', error));
    void comeBackIn(services, definition, delivery, LOCK_TTL_MS);
  });
  try {
    if (job.attempts > MAX_ATTEMPTS) throw new Error(`${MAX_ATTEMPTS} attempts ended without an outcome.`);
    const items = await itemsOf(services, definition, message, job);
    if (items.length > 0) await callHandler(definition, job, items);
    await store.jobs.complete(job.id, by, clock.now(), items.length);
    return undefined;
  } catch (error) {
    warn(`attempt ${job.attempts} of job ${job.id} failed`, error);
    await store.jobs.release(job.id, by, clock.now(), error instanceof Error ? error.message : String(error));
    return job.attempts < MAX_ATTEMPTS ? retryDelayMs(job.attempts) : 0;
  } finally {
    stopHeartbeat();
  }
}

/** Sets when a message comes back; should this fail, it comes when its present visibility ends. */
async function comeBackIn(
  { queues, warn }: Services,
  { name }: Definition,
  { receiptHandle }: Delivery,
  ms: number,
): Promise<void> {
  try {
    await queues.setVisibility(name, receiptHandle, Math.ceil(ms / 1000));
  } catch (error) {
    warn('the time at which a message comes back could not be set', error);
  }
}

async function itemsOf(
  services: Services,
  definition: Definition,
  message: JobMessage,
  job: Job,
): Promise<readonly unknown[]> {
  if ('inline' in message) return unpackItems(message.items);
  const { items, fenced } = await readWindow(services, job.id, job.count);
  if (fenced > 0) services.warn(`${fenced} slots of job ${job.id} were fenced`, undefined);
  return dropSeenKeys(items, definition.deduplicateBy);
}
