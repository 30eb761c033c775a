import { FLUSH_REASONS, type FlushReason } from '../definition/flush-reason.ts';
import { JOB_STATUSES, type JobStatus } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import { isOfGroup } from './error-groups.ts';

export const LIMIT = { default: 50, max: 500 };
const CURSOR = /^\d{15}\|[\w-]{1,100}$/;

/** Which of a batch's jobs are meant. A field that is absent means all. */
export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly group?: string | undefined;
  readonly reason?: FlushReason | undefined;
  /** A tag of the job. */
  readonly tag?: string | undefined;
  /** A text that the error's name and message, or those of an item's error, contain, in upper or lower case. */
  readonly error?: string | undefined;
  /** What the errors of one group say (`listErrors`): `name: message`, with `…` in place of numbers and ids. */
  readonly says?: string | undefined;
  /** A part of the job's id. */
  readonly id?: string | undefined;
  /** Jobs that ended then or later; of jobs that have not ended, those that were flushed then or later. */
  readonly since?: Date | undefined;
  /** Likewise: then or earlier. */
  readonly until?: Date | undefined;
  /** Jobs at the most, 1 to 500. Default 50. */
  readonly limit?: number | undefined;
  /** Where the page before ended: its `cursor`. */
  readonly cursor?: string | undefined;
}

/** Says whether a job is meant. */
export function isMeant(
  job: Job,
  { status, group, reason, tag, error, says, id, since, until }: JobFilter,
): boolean {
  const at = job.finishedAt ?? job.sealedAt;
  return (
    (status === undefined || job.status === status) &&
    (group === undefined || job.group === group) &&
    (reason === undefined || job.reason === reason) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (id === undefined || job.id.includes(id.toLowerCase())) &&
    (since === undefined || at >= since.getTime()) &&
    (until === undefined || at <= until.getTime()) &&
    (error === undefined || hasError(job, error.toLowerCase())) &&
    (says === undefined || isOfGroup(job, says))
  );
}

function hasError({ error, itemErrors }: Job, text: string): boolean {
  const errors = [...(error ? [error] : []), ...(itemErrors?.errors ?? [])];
  return errors.some(({ name, message }) => `${name}: ${message}`.toLowerCase().includes(text));
}

/** @throws RequestError `request.malformed` */
export function checkFilter({ status, reason, limit, cursor, since, until }: JobFilter): void {
  const refuse = (what: string, value: unknown, allowed: string) => {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `${what} has to be ${allowed}; it was ${JSON.stringify(value)}.`,
      { details: { [what]: value } },
    );
  };
  if (status !== undefined && !JOB_STATUSES.includes(status)) {
    refuse('status', status, `one of ${JOB_STATUSES.join(', ')}`);
  }
  if (reason !== undefined && !FLUSH_REASONS.includes(reason)) {
    refuse('reason', reason, `one of ${FLUSH_REASONS.join(', ')}`);
  }
  for (const [name, time] of Object.entries({ since, until })) {
    if (time !== undefined && !(time instanceof Date && Number.isFinite(time.getTime()))) {
      refuse(name, time, 'a valid Date');
    }
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.max)) {
    refuse('limit', limit, `a whole number from 1 to ${LIMIT.max}`);
  }
  if (cursor !== undefined && !CURSOR.test(cursor)) refuse('cursor', cursor, 'the cursor of the page before');
}
