import { jobId } from '../buffer/job-id.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';

/** Computes the job id of the window before (−1) or after (1) a job's own; undefined where there is none. */
function neighbour(
  { deployment }: Pick<Services, 'deployment'>,
  { batch, group, place }: Job,
  step: 1 | -1,
): string | undefined {
  if (place === undefined || place.window + step < 0) return undefined;
  return jobId(deployment, { batch, group, shard: place.shard }, place.epoch, place.window + step);
}

/**
 * Says whether the job before this one has ended, so that this job may run. If it has not, the process that ends it
 * sends this job's message again.
 */
export async function hasPredecessorEnded(
  services: Pick<Services, 'deployment' | 'store'>,
  job: Job,
): Promise<boolean> {
  const { store } = services;
  const before = neighbour(services, job, -1);
  if (before === undefined || job.place === undefined) return true;
  const predecessor = await store.jobs.readJob(before);
  if (predecessor) return isEnded(predecessor);
  // There is no record: the window is not published yet, or its job has ended so long ago that the record has expired. A
  // marker means the former. The marker is cleared after the record is put, so that without one the record is read again.
  const { batch, group, place } = job;
  const head = await store.heads.readHead({ batch, group, shard: place.shard });
  const unpublished =
    head?.epoch === place.epoch && head.pending.some(({ window }) => window === place.window - 1);
  if (unpublished) return false;
  const published = await store.jobs.readJob(before);
  return published === undefined || isEnded(published);
}

/**
 * Sends the message of the job after an ended one, which was waiting for it. If this process dies before, the ended
 * job's message comes once more and its consumer sends it; or the ticker sends the waiting job again.
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
