import pLimit from 'p-limit';
import type { JobInfo } from '../definition/job-info.ts';
import { ERROR_CODES, JobError } from '../errors.ts';
import type { Services } from '../store/services.ts';
import { assertEnded, existingJob } from './find-jobs.ts';
import { toJobInfo } from './job-info.ts';
import { jobsOf } from './jobs-of.ts';
import { JOB_PATIENCE_MS } from './patience.ts';

const PARALLEL_JOBS = 16;

/**
 * Has a failed or dead job run again, with its id, the items that failed, and all its attempts.
 *
 * @param batch that the job has to be of
 * @throws JobError `job.unknown`, `job.not_redrivable`
 */
export async function redrive(services: Services, batch: string, id: string): Promise<JobInfo> {
  const { store, clock, queues } = services;
  const job = await existingJob(services, id, batch);
  const now = clock.now();
  // its items have to be there for as long as it waits, which the ticker then sees to
  if (job.status === 'failed' || job.status === 'dead') {
    await store.windows.prolong(id);
    if (job.prepared?.under !== undefined) await store.windows.prolong(job.prepared.under);
  }
  if (!(await store.jobs.redrive(id, now, now + JOB_PATIENCE_MS))) {
    throw new JobError(
      ERROR_CODES.jobNotRedrivable,
      `Job ${id} is ${job.status}; only a failed or dead job can be redriven.`,
      { details: { job: id, status: job.status } },
    );
  }
  // should this process die here, the ticker finds a waiting job unheard of
  await queues.sendJob(job.batch, { job: id });
  return toJobInfo(await existingJob(services, id));
}

/** Redrives all failed and dead jobs of a batch. Returns how many. */
export async function redriveAll(services: Services, batch: string): Promise<number> {
  const limit = pLimit(PARALLEL_JOBS);
  const redriven: Promise<boolean>[] = [];
  for (const list of ['failed', 'dead'] as const) {
    for await (const { id } of jobsOf(services, batch, list)) {
      const redriving = limit(() => redriveIfStill(services, batch, id));
      // one that fails while the next page is read is told of when all have been begun
      redriving.catch(() => {});
      redriven.push(redriving);
    }
  }
  return (await Promise.all(redriven)).filter(Boolean).length;
}

async function redriveIfStill(services: Services, batch: string, id: string): Promise<boolean> {
  try {
    await redrive(services, batch, id);
    return true;
  } catch (error) {
    // somebody else was faster
    if (error instanceof JobError) return false;
    throw error;
  }
}

/**
 * Takes an ended job's record and the content of its items away.
 *
 * @param batch that the job has to be of
 * @throws JobError `job.unknown`, `job.not_ended`
 */
export async function purge(services: Services, batch: string, id: string): Promise<void> {
  const { jobs, windows } = services.store;
  const job = await existingJob(services, id, batch);
  assertEnded(job, 'purged');
  await windows.erase(id);
  if (job.prepared?.under !== undefined) await windows.erase(job.prepared.under);
  await jobs.purge(id);
}
