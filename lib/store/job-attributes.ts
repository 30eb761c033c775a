import type { PlainRecord } from './expressions.ts';
import { listKey } from './index-keys.ts';
import type { IndexPartitions } from './index-partitions.ts';
import { isEnded, type NewJob } from './job.ts';
import type { JobFact } from './job-moves.ts';
import type { JobEnd } from './job-ports.ts';
import { jobKey } from './keys.ts';
import { ENDED_LIFE_MS } from './record-life.ts';

/** Makes a new job's attributes, without those that are undefined. */
export function toFacts({ place, ...job }: NewJob): Partial<Record<JobFact, unknown>> {
  const facts: PlainRecord = {
    ...job,
    // As JSON, since a group may hold lone surrogates, which DynamoDB refuses.
    group: job.group === undefined ? undefined : JSON.stringify(job.group),
    ...place,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** Makes the place in the due index of a job that has not ended. */
export async function duePlace(
  partitions: IndexPartitions,
  batch: string,
  id: string,
  at: number,
): Promise<{ readonly tick: number; readonly dueAt: number }> {
  return { tick: await partitions.dueFor(batch, 'jobs', jobKey(id).pk), dueAt: at };
}

/** Makes the attributes of an end, with the record's places in the indexes. */
export async function toEndAttributes(partitions: IndexPartitions, id: string, end: JobEnd) {
  const { batch, now, keepMs, onDeadBy, ...fields } = end;
  const owed = onDeadBy !== undefined;
  return {
    ...fields,
    heardAt: now,
    finishedAt: isEnded(end) ? now : undefined,
    ...toLife(now, keepMs),
    lockedUntil: undefined,
    timedOut: undefined,
    onDeadPending: owed ? 0 : undefined,
    ...(isEnded(end) && { dueAt: onDeadBy }),
    ...(owed && { tick: await partitions.dueFor(batch, 'rest', jobKey(id).pk) }),
    ...(await listPlace(partitions, id, end)),
  };
}

/** Makes the place of an ended job in its list. A job that retries has its place in the due index. */
async function listPlace(partitions: IndexPartitions, id: string, { batch, status, now }: JobEnd) {
  if (status === 'retrying') return {};
  if (status === 'waiting') return { list: undefined, listAt: undefined };
  return listKey(status, batch, id, now, await partitions.of(batch));
}

/** Computes until when an ended job is shown, and the expiry of its record. Without `keepMs` neither ends. */
export const toLife = (now: number, keepMs: number | undefined) => ({
  expires: keepMs === undefined ? undefined : Math.ceil((now + Math.max(keepMs, ENDED_LIFE_MS)) / 1_000),
  shownUntil: keepMs === undefined || keepMs >= ENDED_LIFE_MS ? undefined : now + keepMs,
});
