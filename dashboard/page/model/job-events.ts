import type { JobInfo } from '../api/contract.ts';

/** Something that happened to a job. */
export interface JobEvent {
  readonly kind: 'flushed' | 'attempt failed' | 'completed' | 'failed' | 'dead';
  readonly at: string;
  readonly job: JobInfo;
  /** The error, where it failed. */
  readonly error?: string;
  /** Tells it from all others. */
  readonly id: string;
}

/** What was known of a job at the last look. */
export interface Seen {
  readonly status: JobInfo['status'];
  /** Attempts that had ended. */
  readonly attempts: number;
}

/** More than the attempts that a job has before a redrive. */
const ATTEMPTS = 1_000;

/** Numbers an attempt. The number grows with each attempt, also across redrives. */
const orderOf = ({ attempt, redrive = 0 }: JobInfo['attempts'][number]): number =>
  redrive * ATTEMPTS + attempt;

export const seenOf = ({ status, attempts }: JobInfo): Seen => ({
  status,
  attempts: Math.max(0, ...attempts.map(orderOf)),
});

/**
 * What has happened to a job since the last look, in its order.
 *
 * @param before undefined of a job that is new
 */
export function eventsOf(job: JobInfo, before: Seen | undefined): JobEvent[] {
  const events: JobEvent[] = [];
  const push = (kind: JobEvent['kind'], at: string, which: number, error?: JobInfo['error']) =>
    events.push({
      ...{ kind, at, job, id: `${job.id} ${kind} ${which}` },
      ...(error && { error: `${error.name}: ${error.message}` }),
    });
  if (before === undefined) push('flushed', job.sealedAt, 0);
  for (const attempt of job.attempts) {
    const { outcome, finishedAt, startedAt, error } = attempt;
    if (outcome === 'succeeded' || orderOf(attempt) <= (before?.attempts ?? 0)) continue;
    push('attempt failed', finishedAt ?? startedAt ?? job.sealedAt, orderOf(attempt), error);
  }
  const { status, finishedAt } = job;
  const ended = status === 'completed' || status === 'failed' || status === 'dead';
  if (ended && before?.status !== status && finishedAt !== undefined) {
    push(status, finishedAt, job.redrives, status === 'completed' ? undefined : job.error);
  }
  return events;
}
