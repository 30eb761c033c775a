import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { assertEnded, existingJob } from './existing-job.ts';

/**
 * Deletes an ended job's record and the content of its items.
 *
 * @param batch the batch that the job has to belong to
 * @throws JobError `job.unknown`, `job.not_ended`
 */
export async function purge(services: Pick<Services, 'store'>, batch: string, id: string): Promise<void> {
  const job = await existingJob(services, id, batch);
  assertEnded(job, 'purged');
  if (!(await purgeAsRead(services, job))) return purge(services, batch, id);
}

/**
 * Purges a job that was found by what its end says. If it was redriven since, its end may say something else, so that it
 * stays.
 *
 * @throws JobError `job.not_ended` where it was redriven since it was read, `job.unknown` where it is gone
 */
export async function purgeFound(services: Pick<Services, 'store'>, job: Job): Promise<void> {
  if (await purgeAsRead(services, job)) return;
  await existingJob(services, job.id, job.batch);
  throw new JobError(
    ERROR_CODES.jobNotEnded,
    `Job ${job.id} has been redriven since it was found; it is not purged. Ask again where it is still meant.`,
    { details: { job: job.id } },
  );
}

/** Purges an ended job. Returns false if it was redriven since it was read, or is gone. */
async function purgeAsRead({ store }: Pick<Services, 'store'>, job: Job): Promise<boolean> {
  const { id, redrives, prepared } = job;
  const { jobs, retention } = store;
  // From here on redrives are refused, so that no run meets items that are being erased.
  if (!(await jobs.beginPurge(id, redrives))) return false;
  await retention.erase(id);
  if (prepared?.under !== undefined) await retention.erase(prepared.under);
  await jobs.purge(id);
  return true;
}
