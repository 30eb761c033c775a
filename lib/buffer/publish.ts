import { JOB_RESEND_AFTER_MS } from '../jobs/resend-backoff.ts';
import type { Head, SealedWindowOf } from '../store/head.ts';
import type { NewJob } from '../store/job.ts';
import type { PublishServices } from '../store/services.ts';
import { jobId } from './job-id.ts';

/** Windows that are published together. */
const TOGETHER = 10;

/**
 * Publishes sealed windows of one buffer: makes a job of each, and then clears their markers. After a crash in between,
 * the markers are still there for the ticker (invariant 5). Doing any of it twice is harmless, since a job's id is the
 * same.
 *
 * @param clearFrom the markers are cleared at this time or later, in ms since the epoch. Default: at once
 * @param windows up to ten are published together, and their markers are cleared with one update
 * @returns the head as the last clear has left it; undefined where nothing was cleared
 * @throws the first error, when the other windows have been published
 */
export async function publishAll(
  services: PublishServices,
  windows: readonly SealedWindowOf[],
  clearFrom = 0,
): Promise<Head | undefined> {
  let head: Head | undefined;
  for (let at = 0; at < windows.length; at += TOGETHER) {
    head = await publishTogether(services, windows.slice(at, at + TOGETHER), clearFrom);
  }
  return head;
}

async function publishTogether(
  services: PublishServices,
  windows: readonly SealedWindowOf[],
  clearFrom: number,
): Promise<Head | undefined> {
  const { store, clock } = services;
  const ends = await Promise.allSettled(windows.map(window => makeJob(services, window)));
  const published = windows.filter((_, at) => ends[at]?.status === 'fulfilled');
  const [first] = published;
  if (clearFrom > clock.now()) await clock.sleep(clearFrom - clock.now());
  const numbers = published.map(({ sealed }) => sealed.window);
  const head =
    first && (await store.seals.clearMarkers(first.buffer, first.epoch, numbers, clock.now(), first.head));
  await Promise.all(published.map(window => tellSealed(services, window)));
  const failed = ends.find(end => end.status === 'rejected');
  if (failed) throw failed.reason;
  return head;
}

/**
 * Makes a job of a sealed window: puts the record, and then sends the message.
 *
 * No message is sent for a job that a consumer has already taken up. No message can be sent for a batch that is not
 * deployed, since it has no queue: its job waits in the due index, and the ticker sends it when the definition is
 * back.
 */
async function makeJob(services: PublishServices, { buffer, epoch, sealed }: SealedWindowOf): Promise<void> {
  const { store, queues, deployment, definitionOf } = services;
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
}

/** Tells the event bus that a window was sealed, where the definition asks for it. */
async function tellSealed(
  services: PublishServices,
  { buffer, epoch, sealed }: SealedWindowOf,
): Promise<void> {
  const { deployment } = services;
  const { batch, group } = buffer;
  if (!services.definitionOf(batch)?.events) return;
  await services.emit({
    type: 'Cistern Batch Sealed',
    deployment,
    batch,
    at: new Date(sealed.sealedAt).toISOString(),
    job: jobId(deployment, buffer, epoch, sealed.window),
    ...(group !== undefined && { group }),
    count: sealed.count,
    reason: sealed.reason,
  });
}
