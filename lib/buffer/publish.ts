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
 * Makes a job of a sealed window: puts the record, sends the message, clears the marker, in this order. After a crash in
 * between, the marker is still there for the ticker (invariant 5). Doing any of it twice is harmless, since the job's
 * id is the same.
 *
 * No message is sent for a job that a consumer has already taken up. No message can be sent for a batch that is not
 * deployed, since it has no queue: its job waits in the due index, and the ticker sends it when the definition is
 * back.
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
