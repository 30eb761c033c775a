import type { JobInfo } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { toJobInfo } from './job-info.ts';

/** Reads a job by its id; undefined when it does not exist, or is not shown any more. */
export async function findJob({ store }: Pick<Services, 'store'>, id: string): Promise<JobInfo | undefined> {
  const job = await store.jobs.readJob(id);
  return job && toJobInfo(job);
}

/**
 * Reads a job that has to exist.
 *
 * @param batch the batch that the job has to belong to
 * @throws JobError `job.unknown`
 */
export async function existingJob(
  { store }: Pick<Services, 'store'>,
  id: string,
  batch?: string,
): Promise<Job> {
  const job = await store.jobs.readJob(id);
  if (job && (batch === undefined || job.batch === batch)) return job;
  throw new JobError(
    ERROR_CODES.jobUnknown,
    `There is no job ${JSON.stringify(id)}: its window may be open yet, or its record has expired.`,
    { details: { job: id } },
  );
}

/** Checks that a job has ended. @throws JobError `job.not_ended` */
export function assertEnded(job: Job, purpose: string): void {
  if (isEnded(job)) return;
  throw new JobError(
    ERROR_CODES.jobNotEnded,
    `Job ${job.id} is ${job.status}; only a job that has ended can be ${purpose}.`,
    { details: { job: job.id, status: job.status } },
  );
}
