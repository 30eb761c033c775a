import type { BatchEvent, JobInfo } from '../api/api-types.ts';

type Told<E> = E extends { readonly left: number }
  ? Omit<E, 'deployment' | 'left'> & { readonly left?: number }
  : Omit<E, 'deployment'>;
/**
 * An event as a job's record shows it. The API does not give the deployment's name, and `left` is known only for the
 * latest attempt.
 */
export type JobEvent = BatchEvent extends infer E ? (E extends unknown ? Told<E> : never) : never;

/** A job's state at the last look. */
export interface Seen {
  readonly status: string;
  /** The latest attempt that had ended, as a number of `orderOf`. */
  readonly latest: number;
}

/**
 * Finds a job's events since the last look, as its batch would have put them on the bus, in their order.
 *
 * @param before undefined for a job that is new
 */
export function jobEvents(job: JobInfo, before: Seen | undefined): JobEvent[] {
  const { id, batch, group, status, attempts, counts, maxAttempts = job.attempt } = job;
  const about = { batch, job: id, ...(group !== undefined && { group }) };
  const events: JobEvent[] = [];
  if (before === undefined) {
    events.push({
      ...about,
      type: 'Cistern Batch Sealed',
      at: job.sealedAt,
      count: counts.slots,
      reason: job.flushReason,
    });
  }
  const items = counts.items ?? counts.slots;
  for (const [index, made] of attempts.entries()) {
    const { outcome, startedAt = job.sealedAt, finishedAt = startedAt, error = UNKNOWN, attempt } = made;
    if (orderOf(made) <= (before?.latest ?? 0) || outcome === 'succeeded') continue;
    const isLast = index === attempts.length - 1;
    events.push({
      ...about,
      type: 'Cistern Attempt Failed',
      at: finishedAt,
      attempt,
      maxAttempts,
      outcome,
      error,
      ...(isLast && { left: counts.left ?? items }),
      ...(isLast && job.nextAttemptAt !== undefined && { nextAttemptAt: job.nextAttemptAt }),
    });
  }
  if (before?.status === status || job.finishedAt === undefined) return events;
  const at = job.finishedAt;
  if (status === 'completed') {
    const durationMs = Date.parse(at) - Date.parse(job.startedAt ?? at);
    events.push({ ...about, type: 'Cistern Batch Succeeded', at, attempt: job.attempt, items, durationMs });
  } else if (status === 'failed' || status === 'dead') {
    const { error = UNKNOWN, attempt } = job;
    events.push({
      ...about,
      type: 'Cistern Batch Dead',
      at,
      status,
      attempt,
      items: counts.left ?? items,
      error,
    });
  }
  return events;
}

const UNKNOWN = { name: 'Error', message: 'unknown' };

/** More than the attempts that a job has before a redrive. */
const ATTEMPTS = 1_000;

/** Numbers an attempt. The number grows with each attempt, also across redrives. */
const orderOf = ({ attempt, redrive = 0 }: JobInfo['attempts'][number]): number =>
  redrive * ATTEMPTS + attempt;

export const seenOf = ({ status, attempts }: JobInfo): Seen => ({
  status,
  latest: Math.max(0, ...attempts.map(orderOf)),
});
