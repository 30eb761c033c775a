import { insist } from '../buffer/land.ts';
import type { Definition } from '../definition/options.ts';
import type { RunEnd } from '../store/job-ports.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Job, PreparedRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import type { AttemptSpan } from '../telemetry/tracing.ts';
import { aboutJob } from './about-job.ts';
import { withAttempt } from './attempt-log.ts';
import { prepare } from './before-flush.ts';
import { countBits, fromBits, toBits } from './bits.ts';
import { callHandler } from './call-handler.ts';
import { handlerContext, type Run } from './handler-context.ts';
import { callHook, toEndedJob } from './hooks.ts';
import { ItemFailures } from './item-failures.ts';
import { handlerItems, type NumberedItem, unsettled, windowItems } from './job-items.ts';
import { keepItems, storeInline } from './keep-items.ts';
import type { Lifeline } from './lifeline.ts';
import { measureBatch } from './measure-batch.ts';
import { type Decision, decide } from './outcome.ts';
import { toResult } from './result.ts';
import { afterEnd, failedEnd } from './settle.ts';
import { asError, toErrorRecord } from './to-error.ts';
import { UnavailableError } from './unavailable.ts';

/** An attempt that could not reach its items is made again so much later. */
const GIVEN_BACK_MS = 5_000;

/** One attempt: whose it is, and what it has to go by. */
export interface Attempt {
  readonly job: Job;
  readonly definition: Definition;
  readonly message: JobMessage;
  readonly by: string;
  readonly lifeline: Lifeline;
  /** Milliseconds that the handler has, when it begins. */
  readonly limitMs: () => number;
  /** Called when the handler has returned, before its end is written. */
  readonly handlerEnded: () => void;
}

/** What the handler did. */
interface Called {
  readonly all: readonly NumberedItem[];
  readonly given: readonly NumberedItem[];
  readonly failures: ItemFailures;
  readonly value?: unknown;
  readonly thrown?: Error;
  readonly timedOut?: Error;
}

/**
 * Runs the attempt that a claim has begun, and writes down how it ended.
 *
 * @returns in how many ms the job's message has to come back; undefined when the job has ended
 */
export function runAttempt(services: Services, attempt: Attempt): Promise<number | undefined> {
  const { job } = attempt;
  if (job.attempts > 1) services.measure(job.batch, { Retries: 1 });
  return services.tracing.running(aboutJob(job), span => runTraced(services, attempt, span));
}

async function runTraced(
  services: Services,
  attempt: Attempt,
  span: AttemptSpan,
): Promise<number | undefined> {
  const { definition, by, lifeline } = attempt;
  const called = await call(services, attempt, span);
  attempt.handlerEnded();
  await lifeline.stop();
  if (called.thrown instanceof UnavailableError) return giveBack(services, attempt);
  const job = { ...attempt.job, prepared: called.prepared };
  const decision = decide(
    {
      attempt: job.attempts,
      given: called.given.map(({ number }) => number),
      lost: job.lost ? fromBits(job.lost, job.lost.length * 8) : [],
      thrown: called.thrown,
      timedOut: called.timedOut,
      discarded: called.failures.discarded,
      failed: called.failures.failed,
    },
    definition.retries,
    services.random(),
  );
  if (decision.error) span.fail(decision.error);
  const end = toEnd(services, attempt, job, called, decision);
  if (decision.next === 'over') {
    if (job.prepared?.under === undefined) await storeInline(services, job.id, attempt.message);
    await keepItems(services, job, end.now + (end.keepMs ?? 0));
  }
  // refused: another process has taken the job over, and says how it ends
  if (!(await insist(services, () => services.store.jobs.end(job.id, by, end)))) return definition.lockTtlMs;
  noteEnd(services, definition, job, end, decision);
  await afterEnd(services, definition, job, end);
  await tellHooks(services, { ...attempt, job }, called, decision, end);
  return decision.next === 'retrying' ? decision.delayMs : undefined;
}

/** Ends an attempt whose handler was never called, as if it had not begun. */
async function giveBack(services: Services, { job, by }: Pick<Attempt, 'job' | 'by'>): Promise<number> {
  const now = services.clock.now();
  const { batch, runs } = job;
  const end = {
    batch,
    status: 'retrying',
    now,
    runs,
    notBefore: now + GIVEN_BACK_MS,
    uncounted: true,
  } as const;
  await insist(services, () => services.store.jobs.end(job.id, by, end));
  return GIVEN_BACK_MS;
}

/** Gets the items, calls the handler with them, and waits for its end, however long after its time is up that is. */
async function call(
  services: Services,
  attempt: Attempt,
  span: AttemptSpan,
): Promise<Called & { readonly prepared: PreparedRecord | undefined }> {
  const { definition, lifeline, limitMs, message } = attempt;
  let { job } = attempt;
  let all: readonly NumberedItem[] = [];
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
    // from here on it is the user's code that takes the time
    const ms = limitMs();
    stopTimeout = services.clock.after(ms, () => {
      timedOut = Object.assign(new Error(`timed out after ${ms} ms`), { name: 'TimeoutError' });
      // measured now: a handler that never returns would be missing
      services.measure(job.batch, { HandlerDuration: ms });
      lifeline.abort(timedOut);
      // should the handler never return, this is what the job's next reader learns
      void lifeline.timedOut(job.attempts, toErrorRecord(timedOut));
    });
    if (definition.hooks.beforeFlush && job.prepared === undefined && window && window.items.length > 0) {
      job = { ...job, prepared: await prepare(services, definition, job, attempt.by, window.items) };
    }
    all = await handlerItems(services, job, window?.items);
    given = unsettled(job, all);
    span.given(given.length);
    const items = Object.freeze(given.map(({ item }) => item));
    failures = new ItemFailures(items);
    lifeline.signal.throwIfAborted();
    const maxAttempts = definition.retries.max + 1;
    const run = { job, definition, items, maxAttempts, lifeline, failures };
    const value = given.length === 0 ? undefined : await timed(services, run, () => timedOut !== undefined);
    return { all, given, failures, value, prepared: job.prepared, ...(timedOut && { timedOut }) };
  } catch (thrown) {
    const error = asError(thrown);
    services.warn('an attempt failed', error, aboutJob(job));
    return { all, given, failures, thrown: error, prepared: job.prepared, ...(timedOut && { timedOut }) };
  } finally {
    stopTimeout();
  }
}

/** Calls the handler, and measures what it takes, unless that has been measured by then. */
async function timed(services: Services, run: Run, isMeasured: () => boolean): Promise<unknown> {
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

/** One line of the log for each attempt, however it ended. */
function noteEnd(
  { note }: Services,
  { retries }: Definition,
  job: Job,
  { status, now, items }: RunEnd,
  { outcome, left, lost, delayMs }: Decision,
): void {
  note({
    ...aboutJob(job),
    level: outcome === 'succeeded' ? 'info' : 'warn',
    message: `attempt ${job.attempts} of ${retries.max + 1} ${outcome}`,
    data: {
      status,
      reason: job.reason,
      items: items ?? job.count,
      failedItems: left.length + lost.length,
      durationMs: now - (job.startedAt ?? now),
      ...(status === 'retrying' && { nextAttemptInMs: delayMs }),
    },
  });
}

function toEnd(
  { clock }: Services,
  { definition, lifeline }: Attempt,
  job: Job,
  { all, given, value }: Called,
  { next, outcome, error, left, lost, delayMs }: Decision,
): RunEnd {
  const now = clock.now();
  const size = (all.at(-1)?.number ?? -1) + 1;
  // a failure before the items were there says nothing of them
  const known = all.length > 0 || next === 'completed';
  const partly = known && (left.length < all.length || lost.length > 0);
  const failure = error && toErrorRecord(error);
  const common = {
    batch: job.batch,
    now,
    runs: withAttempt(job, {
      ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
      finishedAt: now,
      outcome,
      ...(failure && { error: failure }),
    }),
    error: failure,
    progress: lifeline.progress,
    ...(known && { items: all.length }),
    ...(partly && next !== 'completed' && { left: toBits(left, size), lost: toBits(lost, size) }),
  };
  if (next === 'completed') {
    const keepMs = definition.retention.completed;
    return { ...common, status: 'completed', keepMs, ...(given.length > 0 && toResult(value)) };
  }
  if (next === 'retrying') return { ...common, status: 'retrying', notBefore: now + delayMs };
  return { ...failedEnd({ ...job, left: undefined }, definition, now), ...common };
}

async function tellHooks(
  services: Services,
  { job, definition }: Attempt,
  { given, value }: Called,
  { error }: Decision,
  end: RunEnd,
): Promise<void> {
  const { onSuccess, onFail } = definition.hooks;
  if (onSuccess === undefined && onFail === undefined) return;
  const { runs, status, items, left, lost, notBefore } = end;
  const after: Job = {
    ...job,
    status,
    runs,
    error: end.error,
    finishedAt: status === 'retrying' ? undefined : end.now,
    items: items ?? job.items,
    left: left ?? job.left,
    lost: lost && countBits(lost) > 0 ? lost : undefined,
    notBefore,
    progress: end.progress,
    result: end.result,
    resultCut: end.resultCut,
    maxAttempts: definition.retries.max + 1,
  };
  const ended = toEndedJob(
    after,
    given.map(({ item }) => item),
  );
  if (status === 'completed' && onSuccess && given.length > 0) {
    await callHook(services, job.id, 'onSuccess', () => onSuccess(ended, value));
  }
  if (error && onFail) await callHook(services, job.id, 'onFail', () => onFail(ended, error));
}
