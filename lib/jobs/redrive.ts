import pLimit from 'p-limit';
import type { JobInfo } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { type ErrorCode, JobError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { endOf } from './end-of.ts';
import { existingJob } from './existing-job.ts';
import { toJobInfo } from './job-info.ts';
import { jobsOf } from './jobs-of.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';

export type RedriveServices = StoreAccess & Pick<Services, 'queues' | 'newId'>;

const PARALLEL_JOBS = 16;
/** How long a redrive waits for the first call of onDead, and how often it reads whether the call has returned. */
const ON_DEAD_WAIT = { longestMs: 5_000, everyMs: 200 };

/**
 * Runs a failed or dead job again, with the same id, the items that failed, and all attempts. It waits a few seconds
 * for the first call of its onDead.
 *
 * @param batch the batch that the job has to belong to
 * @throws JobError `job.unknown`, `job.not_redrivable`, `job.on_dead_pending`
 */
export async function redrive(services: RedriveServices, batch: string, id: string): Promise<JobInfo> {
  const { clock } = services;
  const until = clock.now() + ON_DEAD_WAIT.longestMs;
  for (;;) {
    const job = await existingJob(services, id, batch);
    const isFirstCall = job.onDeadPending === 0;
    if (!isFirstCall || clock.now() >= until) return redriveNow(services, job);
    await clock.sleep(ON_DEAD_WAIT.everyMs);
  }
}

/** Runs a failed or dead job again. @throws JobError as `redrive` */
export async function redriveNow(services: RedriveServices, job: Job): Promise<JobInfo> {
  const { store, clock, queues } = services;
  const { id } = job;
  const refuse = (code: ErrorCode, why: string): never => {
    throw new JobError(code, why, { details: { job: id, status: job.status } });
  };
  if (job.status !== 'failed' && job.status !== 'dead') {
    const why = `Job ${id} is ${job.status}; only a failed or dead job can be redriven.`;
    return refuse(ERROR_CODES.jobNotRedrivable, why);
  }
  if (job.items === 0) {
    return refuse(
      ERROR_CODES.jobNotRedrivable,
      `Job ${id} has no items that could be read, so that none can run again.`,
    );
  }
  // Its items get their full life again. From then on the ticker prolongs them.
  await store.retention.prolong(id);
  if (job.prepared?.under !== undefined) await store.retention.prolong(job.prepared.under);
  const now = clock.now();
  const { end } = endOf(job, { how: 'redriven' }, undefined, now, 0);
  const redriven = await store.jobs.redrive(
    id,
    services.newId(),
    end,
    job.redrives,
    now + JOB_RESEND_AFTER_MS,
  );
  if (redriven === 'on dead owed') {
    const calls = job.onDeadPending ? ` It has thrown ${job.onDeadPending} times so far.` : '';
    const why = `Job ${id} cannot be redriven before its onDead has returned: the call is under way or will be made.${calls} Try again then.`;
    return refuse(ERROR_CODES.jobOnDeadPending, why);
  }
  if (redriven === 'refused') {
    return refuse(
      ERROR_CODES.jobNotRedrivable,
      `Job ${id} has just been redriven or purged by another operator.`,
    );
  }
  // If this process dies here, the ticker sends the waiting job.
  await queues.sendJob(job.batch, { job: id }, job.group);
  return toJobInfo(await existingJob(services, id));
}

/**
 * Redrives all failed and dead jobs of a batch, except those whose onDead has not returned. Returns how many.
 *
 * @throws the error of a job for which it failed, after all others were done
 */
export async function redriveAll(services: RedriveServices, batch: string): Promise<number> {
  const limit = pLimit(PARALLEL_JOBS);
  const redriving: Promise<boolean>[] = [];
  try {
    for (const list of ['failed', 'dead'] as const) {
      for await (const { id } of jobsOf(services, batch, list)) {
        redriving.push(limit(() => redriveIfStill(services, batch, id)));
        // A rejection while the next page is read is handled below, when all have ended.
        redriving.at(-1)?.catch(() => {});
      }
    }
  } finally {
    // Nothing goes on after the answer: Lambda freezes the process.
    await Promise.allSettled(redriving);
  }
  return (await Promise.all(redriving)).filter(Boolean).length;
}

async function redriveIfStill(services: RedriveServices, batch: string, id: string): Promise<boolean> {
  try {
    await redriveNow(services, await existingJob(services, id, batch));
    return true;
  } catch (error) {
    // Another process has redriven or purged it first, or its onDead has not returned.
    if (error instanceof JobError) return false;
    throw error;
  }
}
