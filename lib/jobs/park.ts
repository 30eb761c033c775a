import { holdsJobs } from '../store/control.ts';
import { isEnded } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import type { Delivery, DeliveryResult } from './delivery.ts';
import { makeDurable } from './make-durable.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';

/**
 * Parks the job of a paused batch. It uses up no attempt. `resume` sends the job again; if that message is lost, the
 * ticker does. Items that only the message has are stored first.
 *
 * @returns `again` for a job that is still running
 */
export async function park(
  services: Pick<Services, 'store' | 'clock' | 'controlOf'>,
  batch: string,
  { message }: Pick<Delivery, 'message'>,
): Promise<DeliveryResult> {
  const { store, clock } = services;
  const now = clock.now();
  await makeDurable(services, message, now + JOB_RESEND_AFTER_MS);
  if (await store.jobs.park(message.job, now)) {
    // The batch may have been resumed just now, and `resume` may have looked for parked jobs before this one was parked.
    return holdsJobs(await services.controlOf(batch)) ? 'done' : 'again';
  }
  const job = await store.jobs.readJob(message.job);
  return job === undefined || isEnded(job) ? 'done' : 'again';
}
