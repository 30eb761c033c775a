import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError, RequestError } from '../errors.ts';
import { openJobs } from '../jobs/jobs-of.ts';
import type { BufferKey, Control, DrainRecord } from '../store/records.ts';
import type { SealServices, Services } from '../store/services.ts';
import { openBuffers, sealBuffers } from './flush.ts';

/** How long a drain waits for its jobs where nobody says. */
const DEFAULT_TIMEOUT_MS = 900_000;
/** Sealers that believe the batch free for a second more may have made jobs of their own until then. */
const SETTLE_MS = 2_500;
/** The ticker looks at a drain so often, so that it ends though nobody asks. */
const LOOK_EVERY_MS = 5_000;
/** Pauses between two looks of who waits for its end: short at first, and then never longer than two seconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** Jobs that are counted at the most. */
const ENOUGH = 1_000_000;

/** How a drain stands. */
export interface DrainReport {
  readonly batch: string;
  readonly state: DrainRecord['state'];
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** Jobs that its flush made. */
  readonly flushed: number;
  /** Jobs that have ended since it began. */
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  /** While it is not drained: jobs that have not ended, and items that came in meanwhile and stay buffered. */
  readonly left?: {
    readonly items: number;
    readonly waiting: number;
    readonly active: number;
    readonly retrying: number;
    readonly parked: number;
  };
}

/**
 * Begins to drain a batch: flushes all that is buffered, and from then on nothing more, while jobs run. When none is
 * left the batch is paused. Beginning again while one is under way changes nothing.
 *
 * @param timeoutMs after which it gives up; the batch is paused then too. Default 900,000
 * @returns how it stands
 * @throws RequestError `request.malformed` for a `timeoutMs` that cannot be
 */
export async function startDrain(
  services: SealServices,
  definition: Definition,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {},
): Promise<DrainReport> {
  const { store, clock, newId } = services;
  const { name } = definition;
  const { min, max } = LIMITS.drainTimeoutMs;
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
  // from here on sealers hold back, so that what comes in meanwhile stays buffered
  const begun = await store.controls.changeControl(
    name,
    { paused: true, since: now, drain },
    { unlessDraining: true, lookAt: now + LOOK_EVERY_MS },
  );
  // somebody else's drain has begun meanwhile
  if (begun === undefined) return reportDrain(services, definition);
  await begin(services, name, drain, await openBuffers(services, definition));
  return reportDrain(services, definition);
}

/**
 * Seals what is buffered, sends the jobs that were parked, and writes down that both is done: a drain whose process
 * died before, or could not seal all of it, is begun again by whoever looks at it next.
 */
async function begin(
  services: SealServices,
  batch: string,
  drain: DrainRecord,
  buffers: readonly BufferKey[],
): Promise<DrainRecord> {
  const { store, clock, queues } = services;
  // a pause or a resume ends the drain, and what it has not sealed by then it leaves
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
  const lookAt = clock.now() + LOOK_EVERY_MS;
  await store.controls.changeControl(batch, { drain: begun }, { whileDraining: drain.id, lookAt });
  return begun;
}

/**
 * How the batch's drain stands, or the last one ended.
 *
 * @throws CisternError `batch.not_draining` when there never was one
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

/** Waits for a drain to end. */
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

/** Ends a drain if no job is left or its time is up: whoever asks for it does this, and the ticker. */
async function advanceDrain(services: SealServices, batch: string): Promise<DrainRecord | undefined> {
  const { store, clock } = services;
  let { drain } = await store.controls.readControl(batch);
  if (drain?.state !== 'draining') return drain;
  const now = clock.now();
  if (!drain.begun && now >= drain.startedAt + LOOK_EVERY_MS) {
    drain = await begin(services, batch, drain, await store.index.buffersOf(batch));
  }
  const settled = drain.begun && now >= drain.startedAt + SETTLE_MS;
  const done = settled && (await isQuiet(services, batch));
  if (!done && now < drain.until) return drain;
  const change = { paused: true, since: now };
  const control = await endDrain(services, batch, drain, done ? 'drained' : 'timed_out', change);
  // somebody else has ended it, or another one has begun
  return control === undefined ? (await store.controls.readControl(batch)).drain : control.drain;
}

/**
 * Ends a drain together with a change of the batch's control, and tells of it.
 *
 * @returns the control after it; undefined when that drain was not under way any more, and nothing was changed
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

/**
 * No window is sealed that is not a job yet, and no job has not ended. In this order: a marker goes when its job is
 * there, so that what is no marker any more by the first look is a job by the second.
 */
async function isQuiet({ store }: Pick<Services, 'store'>, batch: string): Promise<boolean> {
  const heads = await store.heads.readHeads(await store.index.buffersOf(batch));
  if (heads.some(({ head }) => head.pending.length > 0)) return false;
  return (await store.jobs.count(batch, 'open', 1)) === 0;
}

/** Jobs of a batch that have ended since. */
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
