import pLimit from 'p-limit';
import { JOB_RESEND_AFTER_MS } from '../jobs/resend-backoff.ts';
import type { NewJob, SealedWindowOf } from '../store/records.ts';
import type { PublishServices } from '../store/services.ts';
import { jobId } from './job-id.ts';

const PARALLEL_PUBLISHES = 10;

/** Publishes sealed windows, a few at a time. */
export async function publishAll(
  services: PublishServices,
  windows: readonly SealedWindowOf[],
): Promise<void> {
  const limit = pLimit(PARALLEL_PUBLISHES);
  await Promise.all(windows.map(window => limit(() => publish(services, window))));
}

/**
 * From a sealed window to its job: put the record, send the message, clear the marker, in this order, so that
 * after a crash anywhere in between the marker is still there for the ticker (invariant 5). Doing any of it
 * twice is harmless: the job's id is the same.
 *
 * A job that has been taken up needs no further message. Nor can a batch be sent one that is not deployed: its job waits in
 * the due index, and the ticker sends it when the definition is back.
 */
async function publish(
  services: PublishServices,
  { buffer, epoch, sealed, head }: SealedWindowOf,
): Promise<void> {
  const { store, queues, clock, deployment, definitionOf } = services;
  const { batch, group, shard } = buffer;
  const definition = definitionOf(batch);
  const job: NewJob = {
    id: jobId(deployment, buffer, epoch, sealed.window),
    batch,
    group,
    place: { shard, epoch, window: sealed.window },
    count: sealed.count,
    reason: sealed.reason,
    createdAt: sealed.openedAt,
    deadline: sealed.deadline,
    sealedAt: sealed.sealedAt,
  };
  const there = await store.jobs.putJob(job, sealed.sealedAt + JOB_RESEND_AFTER_MS);
  const isTaken = there !== undefined && there.status !== 'waiting';
  if (definition !== undefined && !isTaken) await queues.sendJob(batch, { job: job.id }, group);
  await store.seals.clearMarker(buffer, epoch, sealed.window, clock.now(), head);
  if (!definition?.events) return;
  await services.emit({
    type: 'Cistern Batch Sealed',
    deployment,
    batch,
    at: new Date(sealed.sealedAt).toISOString(),
    job: job.id,
    ...(group !== undefined && { group }),
    count: sealed.count,
    reason: sealed.reason,
  });
}
