import type { ApiClient } from '../api/api-client.ts';
import type { JobInfo } from '../api/api-types.ts';
import { allPages } from '../api/paged.ts';
import { ApiError } from '../errors/errors.ts';
import type { Since } from '../input/since.ts';
import type { Io } from '../io.ts';
import { count } from '../output/number.ts';
import type { Progress } from '../output/progress.ts';

/** A filter of a batch's dead and failed jobs. */
export interface RedriveFilter {
  /** `dead` or `failed`. Default: both. */
  readonly status?: 'dead' | 'failed';
  readonly group?: string;
  /** A text that the error's name and message contain, in upper or lower case. */
  readonly error?: string;
  /** The earliest end of a job. */
  readonly since?: Since;
}

export interface Redriven {
  readonly redriven: number;
  /** The jobs that the API has refused to run again. */
  readonly refused: readonly { readonly id: string; readonly code: string; readonly detail: string }[];
  /** How many jobs were left, since the command was interrupted. */
  readonly left: number;
}

/** Finds all jobs that a filter selects. */
export async function jobsToRedrive(
  api: Pick<ApiClient, 'call'>,
  batch: string,
  { status, group, error, since }: RedriveFilter,
  now: number,
): Promise<JobInfo[]> {
  const from = since === undefined ? 0 : 'at' in since ? since.at : now - since.ago;
  const text = error?.toLowerCase();
  const found: JobInfo[] = [];
  for (const each of status === undefined ? (['dead', 'failed'] as const) : [status]) {
    const filter = { status: each, ...(group !== undefined && { group }) };
    for await (const { jobs } of allPages(
      page => api.call('GET /v1/batches/{batch}/jobs', { batch, ...filter, ...page }),
      { limit: '500' },
    )) {
      // jobs come by their end, the latest first: after one that is too old, all are
      const isPast = (job: JobInfo) => Date.parse(job.finishedAt ?? job.sealedAt) < from;
      found.push(...jobs.filter(job => !isPast(job) && (text === undefined || says(job, text))));
      if (jobs.some(isPast)) break;
    }
  }
  return found;
}

const says = ({ error }: JobInfo, text: string): boolean =>
  error !== undefined && `${error.name}: ${error.message}`.toLowerCase().includes(text);

/**
 * Redrives jobs, one after the other. Ctrl-C ends it between two jobs.
 *
 * @returns the result, and the error that ended it early
 */
export async function redriveEach(
  { api, io, progress }: { api: Pick<ApiClient, 'call'>; io: Io; progress: Progress },
  jobs: readonly JobInfo[],
): Promise<{ readonly result: Redriven; readonly failure?: unknown }> {
  const refused: { id: string; code: string; detail: string }[] = [];
  let redriven = 0;
  let left = jobs.length;
  let failure: unknown;
  for (const { id } of jobs) {
    if (io.interrupted.aborted) break;
    try {
      await api.call('POST /v1/jobs/{job}/redrive', { job: id });
      redriven += 1;
    } catch (error) {
      // Ctrl-C during a request: the job may run again or not, and another redrive does no harm
      if (io.interrupted.aborted) break;
      if (!(error instanceof ApiError && error.status < 500)) {
        failure = error;
        break;
      }
      refused.push({ id, code: error.problem.code, detail: error.problem.detail });
    }
    left -= 1;
    progress.update(1 - left / jobs.length, `${count(redriven, 'job')} of ${jobs.length} redriven`);
  }
  progress.clear();
  return { result: { redriven, refused, left }, ...(failure !== undefined && { failure }) };
}
