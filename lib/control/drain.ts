import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError, RequestError } from '../errors.ts';
import { openJobs } from '../jobs/jobs-of.ts';
import type { DrainRecord } from '../store/control.ts';
import type { SealServices, Services } from '../store/services.ts';
import { advanceDrain, flushForDrain } from './advance-drain.ts';
import { LOOK_EVERY_MS } from './drain-record.ts';
import { openBuffers } from './flush.ts';
import { OPERATION_LIMITS } from './operation-limits.ts';
import { endedSince } from './write-drain.ts';

/** How long a drain waits for its jobs by default. */
const DEFAULT_TIMEOUT_MS = 900_000;
/** The pauses between two looks of a process that waits for the end. They grow, up to two seconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** The state of a drain. */
export interface DrainReport {
  readonly batch: string;
  readonly state: DrainRecord['state'];
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /**
   * The number of jobs that its flush has made. No job is counted twice. Jobs are missing if their process died or failed
   * before it had counted them, or counted them after the drain had ended.
   */
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
  // A client that has lost the answer sends the write again, and is refused by its own drain.
  const there = begun ?? (await store.controls.readControl(name));
  // another process has begun a drain meanwhile
  if (there.drain?.id !== drain.id) return reportDrain(services, definition);
  await flushForDrain(services, name, drain, await openBuffers(services, definition));
  return reportDrain(services, definition);
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
