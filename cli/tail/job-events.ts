import type { BatchEvent, JobInfo } from '../api/api-types.ts';

type Told<E> = E extends { readonly left: number }
  ? Omit<E, 'deployment' | 'left'> & { readonly left?: number }
  : Omit<E, 'deployment'>;
/**
 * An event, as far as a job's record tells of it. The API does not say the deployment's name, and `left` is known of the
 * latest attempt alone.
 */
export type JobEvent = BatchEvent extends infer E ? (E extends unknown ? Told<E> : never) : never;

/** What was seen of a job the last time. */
export interface Seen {
  readonly status: string;
  /** Its latest attempt that had ended, by `orderOf`. */
  readonly latest: number;
}

/**
 * What has happened to a job since it was seen, as the events that its batch would have put on the bus, in their order.
 *
 * @param before undefined for a job that was not there
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

/** More than a job has attempts before a redrive. */
const ATTEMPTS = 1_000;

/** A number that grows from attempt to attempt, over redrives too. */
const orderOf = ({ attempt, redrive = 0 }: JobInfo['attempts'][number]): number =>
  redrive * ATTEMPTS + attempt;

export const seenOf = ({ status, attempts }: JobInfo): Seen => ({
  status,
  latest: Math.max(0, ...attempts.map(orderOf)),
});
