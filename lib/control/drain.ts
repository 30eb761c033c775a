import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError, RequestError } from '../errors.ts';
import { openJobs } from '../jobs/jobs-of.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Control, DrainRecord } from '../store/control.ts';
import type { SealServices, Services } from '../store/services.ts';
import { openBuffers, sealBuffers } from './flush.ts';
import { OPERATION_LIMITS } from './operation-limits.ts';

/** How long a drain waits for its jobs by default. */
const DEFAULT_TIMEOUT_MS = 900_000;
/** Until so long after the pause, sealers that have not yet read it may still make jobs. */
const SETTLE_MS = 2_500;
/** How often the ticker looks at a drain, so that the drain also ends if no process waits for it. */
const LOOK_EVERY_MS = 5_000;
/** The pauses between two looks of a process that waits for the end. They grow, up to two seconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** How many jobs are counted at most. */
const ENOUGH = 1_000_000;

/** The state of a drain. */
export interface DrainReport {
  readonly batch: string;
  readonly state: DrainRecord['state'];
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** The number of jobs that its flush has made. */
  readonly flushed: number;
  /** The number of jobs that were completed since it began. */
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  /** While it is not drained: the jobs that have not ended, and the items that were added meanwhile and stay buffered. */
  readonly left?: {
    readonly items: number;
    readonly waiting: number;
    readonly active: number;
    readonly retrying: number;
    readonly parked: number;
  };
}

/**
 * Begins to drain a batch. It flushes all that is buffered now and nothing later, while jobs run. When no job is left, the
 * batch is paused. While a drain is under way, another call changes nothing.
 *
 * @param timeoutMs milliseconds after which the drain gives up. The batch is paused then too. Default 900,000. On
 *   DynamoDB a drain takes at least 12,500, so that with less it always times out
 * @returns the state of the drain
 * @throws RequestError `request.malformed` for a `timeoutMs` that is not allowed
 */
export async function startDrain(
  services: SealServices,
  definition: Definition,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {},
): Promise<DrainReport> {
  const { store, clock, newId } = services;
  const { name } = definition;
  const { min, max } = OPERATION_LIMITS.drainTimeoutMs;
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= min && timeoutMs <= max)) {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `timeoutMs has to be a whole number of milliseconds from ${min} to ${max}; it was ${String(timeoutMs)}.`,
      { details: { timeoutMs } },
    );
  }
  const { drain: running } = await store.controls.readControl(name);
  if (running?.state === 'draining') return reportDrain(services, definition);
  const now = clock.now();
  const drain: DrainRecord = {
    id: newId(),
    startedAt: now,
    until: now + timeoutMs,
    state: 'draining',
    flushed: 0,
  };
  // from here on sealers hold back, so that items that are added meanwhile stay buffered
  const begun = await store.controls.changeControl(
    name,
    { paused: true, since: now, drain },
    { unlessDraining: true, lookAt: now + LOOK_EVERY_MS },
  );
  // another process has begun a drain meanwhile
  if (begun === undefined) return reportDrain(services, definition);
  await begin(services, name, drain, await openBuffers(services, definition));
  return reportDrain(services, definition);
}

/**
 * Seals all buffered windows, sends the parked jobs, and stores in the drain's record that both are done. If the process
 * dies before, or could not seal all windows, the next process that looks at the drain does this again.
 */
async function begin(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  buffers: readonly BufferKey[],
): Promise<DrainRecord> {
  const { store, queues } = services;
  // a pause or a resume ends the drain: the windows that are not sealed by then are left
  const isHeld = async () => {
    const { drain: now } = await store.controls.readControl(batch);
    return now?.id !== drain.id || now.state !== 'draining';
  };
  const { jobs, left } = await sealBuffers(services, buffers, 'drain', { isHeld });
  for await (const job of openJobs(services, batch)) {
    if (job.status === 'parked') await queues.sendJob(batch, { job: job.id }, job.group);
  }
  const begun: DrainRecord = {
    ...drain,
    flushed: drain.flushed + jobs.length,
    ...(!left && { begun: true }),
  };
  return write(services, batch, begun);
}

/** Stores how far a drain has come, unless it has ended meanwhile. */
async function write(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  batch: string,
  drain: DrainRecord,
): Promise<DrainRecord> {
  const lookAt = clock.now() + LOOK_EVERY_MS;
  await store.controls.changeControl(batch, { drain }, { whileDraining: drain.id, lookAt });
  return drain;
}

/**
 * Returns the state of the current or the last drain of a batch.
 *
 * @throws CisternError `batch.not_draining` if there was none
 */
export async function reportDrain(
  services: SealServices,
  { name }: Pick<Definition, 'name'>,
): Promise<DrainReport> {
  const drain = await advanceDrain(services, name);
  if (drain === undefined) {
    throw new CisternError(ERROR_CODES.notDraining, `batch ${JSON.stringify(name)} has never been drained.`, {
      details: { batch: name },
    });
  }
  const counts = drain.state === 'draining' ? await endedSince(services, name, drain.startedAt) : drain;
  return {
    batch: name,
    state: drain.state,
    startedAt: new Date(drain.startedAt),
    ...(drain.finishedAt !== undefined && { finishedAt: new Date(drain.finishedAt) }),
    flushed: drain.flushed,
    completed: counts.completed ?? 0,
    failed: counts.failed ?? 0,
    dead: counts.dead ?? 0,
    ...(drain.state !== 'drained' && { left: await leftOf(services, name) }),
  };
}

/** Begins a drain, and waits for its end. */
export async function drain(
  services: SealServices,
  definition: Definition,
  options: { readonly timeoutMs?: number | undefined } = {},
): Promise<DrainReport> {
  const { state } = await startDrain(services, definition, options);
  let draining = state === 'draining';
  for (let pause = FIRST_PAUSE_MS; draining; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    await services.clock.sleep(pause);
    draining = (await advanceDrain(services, definition.name))?.state === 'draining';
  }
  return reportDrain(services, definition);
}

/** The ticker's look at a drain. It ends the drain if it can, or has the ticker look again. */
export async function lookAtDrain(services: SealServices, batch: string): Promise<void> {
  const drain = await advanceDrain(services, batch);
  if (drain?.state !== 'draining') return;
  const lookAt = services.clock.now() + LOOK_EVERY_MS;
  await services.store.controls.changeControl(batch, {}, { whileDraining: drain.id, lookAt });
}

/** Ends a drain if no job is left or its time is up. The ticker calls it, and each process that asks for the drain. */
async function advanceDrain(services: SealServices, batch: string): Promise<DrainRecord | undefined> {
  const { store, clock } = services;
  let { drain } = await store.controls.readControl(batch);
  if (drain?.state !== 'draining') return drain;
  if (!drain.begun && clock.now() >= drain.startedAt + LOOK_EVERY_MS) {
    drain = await begin(services, batch, drain, await store.index.buffersOf(batch));
  }
  if (drain.begun) drain = await goOn(services, batch, drain);
  const done = isShown(services, drain) && (await store.jobs.count(batch, 'open', 1)) === 0;
  const now = clock.now();
  if (!done && now < drain.until) return drain;
  const change = { paused: true, since: now };
  const control = await endDrain(services, batch, drain, done ? 'drained' : 'timed_out', change);
  // another process has ended the drain, or a new drain has begun
  return control === undefined ? (await store.controls.readControl(batch)).drain : control.drain;
}

/**
 * Notes since when each sealed window is a job. When the index has had the time to show all buffers and jobs of that
 * moment, it looks at the buffers once more: what was buffered before the drain and what is not a job yet begins the wait
 * anew.
 */
async function goOn(services: SealServices, batch: string, drain: DrainRecord): Promise<DrainRecord> {
  const { store, clock } = services;
  const now = clock.now();
  if (now < drain.startedAt + SETTLE_MS) return drain;
  if (drain.publishedAt !== undefined && !isShown(services, drain)) return drain;
  const heads = await store.heads.readHeads(await store.index.buffersOf(batch));
  const { publishedAt, ...unpublished } = drain;
  const { begun: _, ...notBegun } = unpublished;
  const isPublished = heads.every(({ head }) => head.pending.length === 0);
  if (publishedAt === undefined)
    return isPublished ? write(services, batch, { ...drain, publishedAt: now }) : drain;
  const missed = heads.filter(({ head }) => head.open !== undefined && head.open.openedAt < drain.startedAt);
  // Once alone: by a wrong clock, items that come in meanwhile may seem to be older than the drain.
  if (missed.length > 0 && !drain.begunAgain) {
    const buffers = missed.map(({ buffer }) => buffer);
    return begin(services, batch, { ...notBegun, begunAgain: true }, buffers);
  }
  return isPublished ? drain : write(services, batch, unpublished);
}

/** Whether the index has had the time to show all jobs of a drain's windows. */
const isShown = (
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  { publishedAt }: DrainRecord,
): boolean => publishedAt !== undefined && clock.now() >= publishedAt + store.indexLagMs;

/**
 * Ends a drain together with a change of the batch's control, and puts the event on the bus.
 *
 * @returns the control after the change. It is undefined if the drain had ended before; then nothing was changed
 */
export async function endDrain(
  services: Pick<Services, 'deployment' | 'store' | 'definitionOf' | 'emit'>,
  batch: string,
  drain: DrainRecord,
  state: 'drained' | 'timed_out',
  change: Partial<Control> & { readonly since: number },
  lookAt?: number,
): Promise<Control | undefined> {
  const { store, definitionOf, deployment, emit } = services;
  const counts = await endedSince(services, batch, drain.startedAt);
  const ended: DrainRecord = { ...drain, ...counts, state, finishedAt: change.since };
  const options = { whileDraining: drain.id, ...(lookAt !== undefined && { lookAt }) };
  const control = await store.controls.changeControl(batch, { ...change, drain: ended }, options);
  if (control !== undefined && definitionOf(batch)?.events) {
    await emit({
      type: 'Cistern Batch Drained',
      deployment,
      batch,
      at: new Date(change.since).toISOString(),
      state,
      flushed: drain.flushed,
      ...counts,
    });
  }
  return control;
}

/** Counts the jobs of a batch that have ended since a time. */
async function endedSince({ store }: Pick<Services, 'store'>, batch: string, since: number) {
  const [completed, failed, dead] = await Promise.all(
    (['completed', 'failed', 'dead'] as const).map(list => store.jobs.count(batch, list, ENOUGH, since)),
  );
  return { completed: completed ?? 0, failed: failed ?? 0, dead: dead ?? 0 };
}

async function leftOf(
  services: Pick<Services, 'store'>,
  batch: string,
): Promise<NonNullable<DrainReport['left']>> {
  const { store } = services;
  const left = { items: 0, waiting: 0, active: 0, retrying: 0, parked: 0 };
  for await (const { status } of openJobs(services, batch)) {
    if (status in left) left[status as keyof typeof left] += 1;
  }
  for (const { head } of await store.heads.readHeads(await store.index.buffersOf(batch))) {
    left.items += head.next - head.base;
  }
  return left;
}
