import pLimit from 'p-limit';
import type { FlushReason } from '../definition/flush-reason.ts';
import { JOB_PATIENCE_MS } from '../jobs/patience.ts';
import type { SealedWindowOf, Sealing, SealResult, TimerMessage } from '../store/ports.ts';
import type { BufferKey, Head, NewJob } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { armTimer } from './arm-timer.ts';
import { jobId } from './job-id.ts';
import { planSeal, type SealDemand } from './seal-plan.ts';
import { isFirstRefusal, takeFlushes } from './throttle.ts';

const PARALLEL_PUBLISHES = 10;
/** What a paused batch holds back is looked at so often: to see whether it still is, and that nothing expires. */
export const PAUSED_LOOK_MS = 60_000;
/** What an operator has asked for does not wait for the throttle. */
const OPERATORS: readonly FlushReason[] = ['manual', 'drain'];

export interface SealOptions {
  /** Seals what would gather on. */
  readonly demand?: SealDemand | undefined;
  /** Also while the batch is paused. */
  readonly evenPaused?: boolean;
  /** No further windows are sealed from then on, in ms since the epoch. Default: all that there are. */
  readonly until?: number;
}

/**
 * Seals whatever of a buffer is to be sealed and may be, and publishes it.
 *
 * @param head as last seen; if it is no longer so, the update's condition fails and somebody else is at it. What is
 *   demanded is sealed all the same
 * @returns the windows that this call sealed
 */
export async function seal(
  services: Services,
  buffer: BufferKey,
  head: Head,
  { demand, evenPaused = false, until = Number.POSITIVE_INFINITY }: SealOptions = {},
): Promise<SealedWindowOf[]> {
  const { store, clock, newId, definitionOf } = services;
  const rules = { maxBytes: definitionOf(buffer.batch)?.maxBytes, demand };
  const done: SealedWindowOf[] = [];
  if (planSeal(head, clock.now(), rules) === undefined) return done;
  if (!evenPaused && (await services.controlOf(buffer.batch)).paused) {
    // should a resume die half-way, the ticker is who goes on
    await lookAgainBy(services, buffer, head, clock.now() + PAUSED_LOOK_MS);
    return done;
  }
  for (let seen = head; ; ) {
    const plan = planSeal(seen, clock.now(), rules);
    if (plan === undefined || seen.open === undefined || clock.now() >= until) break;
    const wanted = plan.kind === 'full' ? plan.windows : 1;
    const { granted, at, retryAt, giveBack } = await takeFlushes(
      services,
      buffer.batch,
      wanted,
      demand !== undefined && OPERATORS.includes(demand.reason),
    );
    if (granted === 0) {
      // throttled: it goes on filling, and is looked at when the next flush may be
      await lookAgainBy(services, buffer, seen, retryAt);
      if (isFirstRefusal(services, buffer, seen.window, retryAt)) {
        services.measure(buffer.batch, { FlushesThrottled: 1 });
        await armTimer(services, buffer, seen, retryAt);
      }
      break;
    }
    const sealing = { reason: plan.reason, now: at, by: newId() };
    const result =
      plan.kind === 'open'
        ? await store.heads.sealOpen(buffer, { ...seen, ...seen.open }, sealing)
        : await store.heads.sealFull(buffer, seen, granted, sealing);
    const mine = await publishOwn(services, buffer, sealing, result);
    await giveBack(granted - mine.length);
    done.push(...mine);
    if (result.head === undefined) break;
    // who was first sees to what is full or due, and not to what is demanded here
    const demanded =
      demand !== undefined && result.head.epoch === head.epoch && result.head.window <= demand.upTo;
    if (!result.applied && mine.length === 0 && !demanded) break;
    seen = result.head;
    // nobody reserved the first slot of the window that case B left open, so its timer falls to the sealer
    if (seen.open?.openedBy === sealing.by && planSeal(seen, clock.now(), rules) === undefined) {
      await armTimer(services, buffer, seen);
    }
  }
  return done;
}

/**
 * What is full or due and may not be sealed now stays. The ticker is to look at it by then all the same, however far
 * its deadline is: a timer reaches 15 minutes ahead, and may be lost.
 */
async function lookAgainBy(
  { store, clock }: Services,
  buffer: BufferKey,
  head: Head,
  at: number,
): Promise<void> {
  const { dueAt = 0 } = head;
  // one that is due already would be looked at again and again until then
  if (dueAt > at || dueAt <= clock.now()) await store.heads.lookAgain(buffer, head, at);
}

/** Seals a window whose time is up, by what its timer knows of it; an overfull one by what its head then says. */
export async function sealAtDeadline(services: Services, { buffer, ...window }: TimerMessage): Promise<void> {
  const { store, clock, newId } = services;
  if (services.definitionOf(buffer.batch)?.throttle) {
    const head = await store.heads.readHead(buffer);
    if (head) await seal(services, buffer, head);
    return;
  }
  if ((await services.controlOf(buffer.batch)).paused) return;
  const sealing: Sealing = { reason: 'time', now: clock.now(), by: newId() };
  const result = await store.heads.sealOpen(buffer, window, sealing);
  const mine = await publishOwn(services, buffer, sealing, result);
  const { applied, head } = result;
  const stillOpen = head?.epoch === window.epoch && head.window === window.window;
  if (!applied && mine.length === 0 && stillOpen) await seal(services, buffer, head);
}

/**
 * Publishes what a seal has sealed. The markers tell whose seal it was, also when the update's first answer was
 * lost and its repetition refused.
 */
async function publishOwn(
  services: Services,
  buffer: BufferKey,
  { by }: Sealing,
  { head }: SealResult,
): Promise<SealedWindowOf[]> {
  if (head === undefined) return [];
  const own = head.pending
    .filter(({ sealedBy }) => sealedBy === by)
    .map(sealed => ({ buffer, epoch: head.epoch, sealed }));
  await publishAll(services, own);
  return own;
}

export async function publishAll(services: Services, windows: readonly SealedWindowOf[]): Promise<void> {
  const limit = pLimit(PARALLEL_PUBLISHES);
  await Promise.all(windows.map(window => limit(() => publish(services, window))));
}

/**
 * From a sealed window to its job: put the record, send the message, clear the marker, in this order, so that
 * after a crash anywhere in between the marker is still there for the ticker (invariant 5). Doing any of it
 * twice is harmless: the job's id is the same.
 */
async function publish(services: Services, { buffer, epoch, sealed }: SealedWindowOf): Promise<void> {
  const { store, queues, clock, deployment, definitionOf } = services;
  const { batch, group, shard } = buffer;
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
  await store.jobs.putJob(job, sealed.sealedAt + JOB_PATIENCE_MS);
  await queues.sendJob(batch, { job: job.id });
  await store.heads.clearMarker(buffer, epoch, sealed.window, clock.now());
  if (!definitionOf(batch)?.events) return;
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
