import { unpackItems } from '../memory/inline.ts';
import { storeItems } from '../memory/store-items.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Services } from '../store/services.ts';
import { MAX_ATTEMPTS } from './attempts.ts';

/**
 * A message has come to the dead letter queue. A job that has used its attempts up is kept as dead, with its
 * items, until retention. One that has not was only throttled, or died before it was claimed: back to work.
 *
 * @returns `again` while a run of the job may still be alive
 */
export async function buryJob(services: Services, message: JobMessage): Promise<'done' | 'again'> {
  const { store, queues, clock } = services;
  const job = await store.jobs.readJob(message.job);
  const batch = job?.batch ?? ('inline' in message ? message.inline.batch : undefined);
  if (batch === undefined) return 'done';
  if (job?.status === 'completed' || job?.status === 'dead') return 'done';
  if ((job?.lockedUntil ?? 0) > clock.now()) return 'again';
  if (job === undefined || job.attempts < MAX_ATTEMPTS) {
    await queues.sendJob(batch, message);
    return 'done';
  }
  // items that only the message has are stored before the message is gone
  if ('inline' in message)
    await storeItems(
      services,
      job.id,
      (await unpackItems(message.items)).map(item => JSON.stringify(item)),
    );
  const reason = `The process died or was stopped in each of ${job.attempts} attempts.`;
  return (await store.jobs.bury(job.id, clock.now(), reason)) ? 'done' : 'again';
}
