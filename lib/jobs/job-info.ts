import type { JobInfo } from '../definition/job-info.ts';
import type { Job } from '../store/job.ts';
import { countBits } from './bits.ts';

const date = (ms: number): Date => new Date(ms);

/** Makes the public form of a job's record. */
export function toJobInfo(job: Job): JobInfo {
  const { group, startedAt, finishedAt, notBefore, lockedUntil, progress, error, items } = job;
  const left = leftOf(job);
  return {
    id: job.id,
    batch: job.batch,
    ...(group !== undefined && { group }),
    status: job.status,
    flushReason: job.reason,
    createdAt: date(job.createdAt),
    deadline: date(job.deadline),
    sealedAt: date(job.sealedAt),
    ...(startedAt !== undefined && { startedAt: date(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: date(finishedAt) }),
    ...(job.status === 'retrying' && notBefore !== undefined && { nextAttemptAt: date(notBefore) }),
    ...(job.status === 'active' && lockedUntil !== undefined && { lockedUntil: date(lockedUntil) }),
    attempt: job.attempts,
    ...(job.maxAttempts !== undefined && { maxAttempts: job.maxAttempts }),
    redrives: job.redrives,
    attempts: job.runs.map(({ startedAt: began, finishedAt: ended, ...run }) => ({
      ...run,
      ...(began !== undefined && { startedAt: date(began) }),
      ...(ended !== undefined && { finishedAt: date(ended) }),
    })),
    counts: {
      slots: job.count,
      ...(items !== undefined && { items, left, done: items - left }),
    },
    ...(progress && { progress: { ...progress, at: date(progress.at) } }),
    ...(job.result !== undefined && { result: JSON.parse(job.result) as unknown }),
    ...(job.resultCut && { resultCut: job.resultCut }),
    ...(error && { error }),
    ...(job.itemErrors && job.itemErrors.leftOut > 0 && { itemErrorsLeftOut: job.itemErrors.leftOut }),
    tags: job.tags,
    hookErrors: job.hookErrors,
  };
}

/** Counts items that are not done: none of a completed job, all of a job without a partial success. */
function leftOf({ status, items = 0, left, lost }: Job): number {
  if (status === 'completed') return 0;
  if (left === undefined) return items;
  return countBits(left) + (lost ? countBits(lost) : 0);
}
