import { retryIdempotent } from '../buffer/retry-idempotent.ts';
import type { Definition } from '../definition/options.ts';
import type { Job, PreparedRecord } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { AttemptServices, Services } from '../store/services.ts';
import type { AttemptSpan } from '../telemetry/tracing.ts';
import { aboutJob } from './about-job.ts';
import { runBeforeFlush } from './before-flush.ts';
import { callHandler } from './call-handler.ts';
import { applyEnd, type EndFacts, endOf } from './end-of.ts';
import { handlerContext, type Run } from './handler-context.ts';
import type { Heartbeat } from './heartbeat.ts';
import { UnreadableItemsError } from './inline-items.ts';
import { ItemFailures } from './item-failures.ts';
import { handlerItems, type NumberedItem, unsettled, windowItems } from './job-items.ts';
import { keepItems, storeForEnd } from './keep-items.ts';
import { measureBatch } from './measure-batch.ts';
import { tellEnd } from './tell-end.ts';
import { asError, toErrorRecord } from './to-error.ts';
import { UnavailableError } from './unavailable.ts';

/** One attempt of a job, and what it needs. */
export interface Attempt {
  readonly job: Job;
  readonly definition: Definition;
  readonly message: JobMessage;
  readonly by: string;
  readonly heartbeat: Heartbeat;
  /**
   * Has the job's message come back at that time, in ms since the epoch. It is called when the end is stored, before
   * hooks.
   */
  readonly comeBackAt: (at: number) => Promise<void>;
  /** Returns how many ms the handler has from now on. */
  readonly limitMs: () => number;
  /** Called when the handler has returned, before its end is written. */
  readonly handlerEnded: () => void;
}

/** How the call of the handler went. */
interface Called {
  /** All items of the job; undefined where the attempt failed before they were read. */
  readonly all: readonly NumberedItem[] | undefined;
  readonly given: readonly NumberedItem[];
  readonly failures: ItemFailures;
  readonly value: unknown;
  readonly thrown: Error | undefined;
  readonly timedOut: Error | undefined;
  readonly prepared: PreparedRecord | undefined;
}

/**
 * Runs an attempt after its claim, and stores how it ended.
 *
 * @returns whether the job's message comes back; false when the job has ended
 */
export function runAttempt(services: AttemptServices, attempt: Attempt): Promise<boolean> {
  const { job } = attempt;
  if (job.attempts > 1) services.measure(job.batch, { Retries: 1 });
  return services.tracing.running(aboutJob(job), span => runTraced(services, attempt, span));
}

async function runTraced(services: AttemptServices, attempt: Attempt, span: AttemptSpan): Promise<boolean> {
  const { clock, store, random } = services;
  const { definition, by, heartbeat, message } = attempt;
  const called = await call(services, attempt, span);
  // A retry's delay counts from here, however long the rest takes.
  const endedAt = clock.now();
  attempt.handlerEnded();
  await heartbeat.stop();
  const job = { ...attempt.job, prepared: called.prepared };
  const facts = factsOf(called, heartbeat.progress);
  const ending = endOf(job, facts, definition, endedAt, random());
  const { end, error } = ending;
  if (error) span.fail(error);
  if (end.status === 'failed' || end.status === 'dead') {
    await storeForEnd(services, job, facts, message);
    if (end.keepMs !== undefined) await keepItems(services, job, endedAt + end.keepMs);
  }
  // If refused, another process has claimed the job, and stores its end.
  const stored = await retryIdempotent(services, () => store.jobs.end(job.id, by, end));
  const backAt = stored ? end.notBefore : clock.now() + definition.lockTtlMs;
  // Before the hooks: a slow hook must not delay the retry (invariant 13).
  if (backAt !== undefined) await attempt.comeBackAt(backAt);
  if (!stored) return true;
  if (facts.how !== 'not begun') await tellEnd(services, definition, applyEnd(job, end), ending, called);
  return backAt !== undefined;
}

/** Makes the facts for `endOf`. */
function factsOf(
  { all, given, failures, value, thrown, timedOut }: Called,
  progress: Job['progress'],
): EndFacts {
  if (thrown instanceof UnavailableError) return { how: 'not begun' };
  if (thrown instanceof UnreadableItemsError) return { how: 'unreadable', error: thrown };
  return {
    how: 'reported',
    all: all?.map(({ number }) => number),
    given: given.map(({ number }) => number),
    thrown,
    timedOut,
    discarded: failures.discarded,
    failed: failures.failed,
    value,
    progress,
  };
}

/** Reads the items, calls the handler with them, and waits until it has returned, also after its timeout. */
async function call(
  services: Pick<Services, 'store' | 'clock' | 'log' | 'measure' | 'warn'>,
  attempt: Attempt,
  span: AttemptSpan,
): Promise<Called> {
  const { definition, heartbeat, limitMs, message } = attempt;
  let { job } = attempt;
  let all: readonly NumberedItem[] | undefined;
  let given: readonly NumberedItem[] = [];
  let failures = new ItemFailures([]);
  let timedOut: Error | undefined;
  let stopTimeout = () => {};
  try {
    const window = job.prepared?.under === undefined ? await windowItems(services, job, message) : undefined;
    if (window) {
      span.link(window.traces);
      measureBatch(services, job, window);
    }
    // From here on user code runs, and its time counts.
    const ms = limitMs();
    stopTimeout = services.clock.after(ms, () => {
      timedOut = Object.assign(new Error(`timed out after ${ms} ms`), { name: 'TimeoutError' });
      // Measured now, since the handler may never return.
      services.measure(job.batch, { HandlerDuration: ms });
      heartbeat.abort(timedOut);
      // Stored now, since the handler may never return.
      void heartbeat.timedOut(job.attempts, toErrorRecord(timedOut));
    });
    if (definition.hooks.beforeFlush && job.prepared === undefined && window && window.items.length > 0) {
      job = { ...job, prepared: await runBeforeFlush(services, definition, job, attempt.by, window.items) };
    }
    all = await handlerItems(services, job, window?.items);
    given = unsettled(job, all);
    span.given(given.length);
    const items = Object.freeze(given.map(({ item }) => item));
    failures = new ItemFailures(items);
    heartbeat.signal.throwIfAborted();
    const maxAttempts = definition.retries.max + 1;
    const run = { job, definition, items, maxAttempts, heartbeat, failures };
    const value = given.length === 0 ? undefined : await timed(services, run, () => timedOut !== undefined);
    return { all, given, failures, value, thrown: undefined, timedOut, prepared: job.prepared };
  } catch (thrown) {
    const error = asError(thrown);
    services.warn('an attempt failed', error, aboutJob(job));
    return { all, given, failures, value: undefined, thrown: error, timedOut, prepared: job.prepared };
  } finally {
    stopTimeout();
  }
}

/** Calls the handler, and measures its time, unless its timeout has been measured already. */
async function timed(
  services: Pick<Services, 'clock' | 'log' | 'measure' | 'warn'>,
  run: Run,
  isMeasured: () => boolean,
): Promise<unknown> {
  const began = services.clock.now();
  const { context, end } = handlerContext(services, run);
  try {
    return await callHandler(run.definition, context);
  } finally {
    end();
    const took = Math.max(0, services.clock.now() - began);
    if (!isMeasured()) services.measure(run.job.batch, { HandlerDuration: took });
  }
}
