import pLimit from 'p-limit';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError, type ErrorCode, JobError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import type { JobList } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';
import { findRecords } from './find-jobs.ts';
import { type JobFilter, LIMIT } from './job-filter.ts';
import { purgeFound } from './purge.ts';
import { type RedriveServices, redriveNow } from './redrive.ts';

const PARALLEL_JOBS = 16;

/** What was done to a page of jobs. */
export interface ActedOn {
  /** Jobs to which it was done. */
  readonly done: number;
  /** Jobs to which it could not be done, and jobs for which it failed, so that it may be done or not. */
  readonly refused: readonly Refusal[];
  /** Where the next page begins; absent when there is none. */
  readonly cursor?: string;
}

export interface Refusal {
  readonly job: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Which failed and dead jobs are to run again. */
export type RedriveFilter = JobFilter & { readonly status?: 'failed' | 'dead' | undefined };
/** Which ended jobs are to be purged. */
export type PurgeFilter = JobFilter & { readonly status: 'completed' | 'failed' | 'dead' };

/**
 * Redrives a page of a batch's failed and dead jobs. A caller goes on with the page's cursor, and may stop after each.
 * A job that fails again meanwhile is on no later page.
 */
export function redriveJobs(
  services: RedriveServices & Pick<Services, 'warn'>,
  batch: string,
  filter: RedriveFilter,
): Promise<ActedOn> {
  const lists = filter.status === undefined ? (['failed', 'dead'] as const) : [filter.status];
  return actOn(services, batch, filter, lists, job => redriveNow(services, job));
}

/**
 * Purges a page of a batch's ended jobs of one status. A caller goes on with the page's cursor. A job that is redriven
 * meanwhile is refused.
 */
export function purgeJobs(
  services: Pick<Services, 'store' | 'warn'>,
  batch: string,
  filter: PurgeFilter,
): Promise<ActedOn> {
  return actOn(services, batch, filter, [filter.status], job => purgeFound(services, job));
}

/**
 * Acts on a page of jobs. What fails for a job delays no other, and is told of that job.
 *
 * @throws the error of a page of which all jobs failed: of such a page nothing can be told
 */
async function actOn(
  services: Pick<Services, 'store' | 'warn'>,
  batch: string,
  filter: JobFilter,
  lists: readonly JobList[],
  act: (job: Job) => Promise<unknown>,
): Promise<ActedOn> {
  const page = await findRecords(services, batch, { limit: LIMIT.default, ...filter }, lists);
  const limit = pLimit(PARALLEL_JOBS);
  const refused: Refusal[] = [];
  const failures: unknown[] = [];
  const actOnOne = async (job: Job) => {
    try {
      await act(job);
    } catch (error) {
      if (!(error instanceof JobError)) {
        failures.push(error);
        services.warn('a job could not be redriven or purged', error, { batch, job: job.id });
      }
      refused.push(refusalOf(job, error));
    }
  };
  await Promise.all(page.jobs.map(job => limit(() => actOnOne(job))));
  if (failures.length > 0 && failures.length === page.jobs.length) throw failures[0];
  return {
    done: page.jobs.length - refused.length,
    refused,
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  };
}

function refusalOf({ id: job }: Job, error: unknown): Refusal {
  if (error instanceof CisternError) return { job, code: error.code, message: error.message };
  const name = error instanceof Error ? error.name : 'an error';
  const message = `Job ${job} met ${name}. It may be done or not: look at the job, and ask again for it.`;
  return { job, code: ERROR_CODES.internal, message };
}
