import { jobId } from '../buffer/job-id.ts';
import { isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';

/** The job of the window that is `step` windows on from a job's own; undefined where there is none. */
function neighbour(
  { deployment }: Pick<Services, 'deployment'>,
  { batch, group, place }: Job,
  step: 1 | -1,
): string | undefined {
  if (place === undefined || place.window + step < 0) return undefined;
  return jobId(deployment, { batch, group, shard: place.shard }, place.epoch, place.window + step);
}

/**
 * Whether the window before a job's own is done with, so that the job may run. If it is not, whoever ends it wakes
 * this one.
 */
export async function isFirstInLine(
  services: Pick<Services, 'deployment' | 'store'>,
  job: Job,
): Promise<boolean> {
  const { store } = services;
  const before = neighbour(services, job, -1);
  if (before === undefined || job.place === undefined) return true;
  const predecessor = await store.jobs.readJob(before);
  if (predecessor) return isEnded(predecessor);
  // Sealed and not published yet, or ended so long ago that its record has expired? Its marker tells; and it goes
  // only after the record is there, so that the record is looked for once more.
  const { batch, group, place } = job;
  const head = await store.heads.readHead({ batch, group, shard: place.shard });
  const unpublished =
    head?.epoch === place.epoch && head.pending.some(({ window }) => window === place.window - 1);
  if (unpublished) return false;
  const published = await store.jobs.readJob(before);
  return published === undefined || isEnded(published);
}

/**
 * Sends the job behind an ended one on its way again, which has been waiting for it. Should this process die before,
 * the ended job's message comes once more, and does it; and the ticker finds a job unheard of.
 */
export async function wakeNext(
  services: Pick<Services, 'deployment' | 'store' | 'queues'>,
  job: Job,
): Promise<void> {
  const { store, queues } = services;
  const after = neighbour(services, job, 1);
  if (after === undefined) return;
  const next = await store.jobs.readJob(after);
  if (next && !isEnded(next)) await queues.sendJob(next.batch, { job: next.id }, next.group);
}
