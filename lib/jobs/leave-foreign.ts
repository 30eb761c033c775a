import type { Job } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { Services } from '../store/services.ts';
import { makeDurable } from './make-durable.ts';

/**
 * Handles a message in the queue of another batch than its job's, where an operator may have moved it by hand. The job
 * does not run here. A message that only names the job can be deleted, since the ticker sends a job's message again.
 * Items that only the message has are stored first, with a record that the ticker finds.
 *
 * @param job the job's record; undefined where there is none
 */
export async function leaveForeign(
  services: Pick<Services, 'store' | 'clock' | 'warn'>,
  batch: string,
  message: JobMessage,
  job: Job | undefined,
): Promise<void> {
  const of = job?.batch ?? ('inline' in message ? message.inline.batch : undefined);
  services.warn(`a message came that is of batch ${of}`, undefined, { batch, job: message.job });
  if (job === undefined || job.inline) await makeDurable(services, message, services.clock.now());
}
