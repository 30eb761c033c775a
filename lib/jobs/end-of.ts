import type { AttemptOutcome } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import { RETRY_DEFAULTS } from '../definition/retries.ts';
import { type ErrorRecord, isEnded, type Job, type ProgressRecord } from '../store/job.ts';
import type { JobEnd } from '../store/job-ports.ts';
import { died, withAttempt } from './attempt-log.ts';
import { fromBits, hasBit, toBits, union } from './bits.ts';
import { type Failure, withItemErrors } from './item-errors.ts';
import { type AttemptFacts, type Decision, decide } from './outcome.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';
import { toResult } from './result.ts';
import { fromErrorRecord, toErrorRecord } from './to-error.ts';

/** What is known when a job or an attempt ends. */
export type EndFacts =
  /** The attempt's process reports how the attempt went. */
  | ReportedFacts
  /** The attempt could not read its items, and counts as not begun. */
  | { readonly how: 'not begun' }
  /** The last attempt's process died or hung before it stored an end. */
  | { readonly how: 'died' }
  /** No consumer claims the job. */
  | { readonly how: 'unclaimed'; readonly error: Error }
  /** The job's items cannot be read, now or ever. */
  | { readonly how: 'unreadable'; readonly error: Error }
  /** An operator redrives the job. */
  | { readonly how: 'redriven' };

export interface ReportedFacts extends Omit<AttemptFacts, 'attempt' | 'lost'> {
  readonly how: 'reported';
  /** The numbers of all items for the job's handler; undefined where the attempt failed before they were read. */
  readonly all: readonly number[] | undefined;
  /** What the handler returned. */
  readonly value: unknown;
  readonly progress: ProgressRecord | undefined;
}

/** The options of a definition that decide a job's end. */
export type EndRules = Pick<Definition, 'retries' | 'deadLetter' | 'retention'>;

const DAY_MS = 86_400_000;
/** When an attempt begins again that could not read its items. */
const GIVEN_BACK_MS = 5_000;
/** The options for jobs of a batch that is not deployed any more. */
const NOT_DEPLOYED: EndRules = {
  retries: RETRY_DEFAULTS,
  deadLetter: { enabled: false },
  retention: { completed: 14 * DAY_MS, failed: 14 * DAY_MS },
};

/** An end, with what hooks and events tell of it. */
export interface Ending {
  readonly end: JobEnd;
  /** How the attempt ended; undefined where no attempt has reported it. */
  readonly outcome: AttemptOutcome | undefined;
  /** Why the attempt or the job failed, as it was thrown. */
  readonly error: Error | undefined;
}

/**
 * Makes every field of the end of a job or an attempt, from the job's record and the facts of the last attempt. No
 * other function does this.
 *
 * Each item of a job is in one of three sets. `left` has the items to be tried again, and once the job has ended those
 * that have failed; undefined means all items. `lost` has the items that were given up while others are still tried.
 * All others are done.
 *
 * @param job the record before the end
 * @param rules the definition; undefined where the batch is not deployed any more
 * @param now when the attempt ended
 * @param random from 0 up to 1, for jitter
 */
export function endOf(
  job: Job,
  facts: EndFacts,
  rules: EndRules = NOT_DEPLOYED,
  now: number,
  random: number,
): Ending {
  const untold = (end: JobEnd, error?: Error): Ending => ({ end, outcome: undefined, error });
  const same = unchanged(job, now);
  switch (facts.how) {
    case 'reported':
      return reported(job, facts, rules, now, random);
    case 'not begun':
      return untold({ ...same, attempts: job.attempts - 1, notBefore: now + GIVEN_BACK_MS });
    case 'redriven':
      return untold({ ...same, ...allThatFailed(job), status: 'waiting', attempts: 0, progress: undefined });
    case 'died': {
      const runs = withAttempt(job);
      const told = runs.at(-1) === job.runs.at(-1) ? job.error : runs.at(-1)?.error;
      const error = told ?? died(job.attempts);
      const itemErrors = allFailed(job, error, runs);
      return untold({ ...same, ...failed(job, rules, now), runs, error, itemErrors }, fromErrorRecord(error));
    }
    case 'unclaimed': {
      const error = toErrorRecord(facts.error);
      const runs = withAttempt(job);
      const itemErrors = allFailed(job, facts.error, runs);
      return untold({ ...same, ...failed(job, rules, now), runs, error, itemErrors }, facts.error);
    }
    case 'unreadable': {
      const error = toErrorRecord(facts.error);
      const nothing = { items: 0, left: undefined, lost: undefined, itemErrors: undefined };
      const runs =
        job.status === 'active' ? withAttempt(job, attemptOf(job, now, 'failed', error)) : job.runs;
      return untold({ ...same, ...failed(job, rules, now), ...nothing, runs, error }, facts.error);
    }
  }
}

function reported(job: Job, facts: ReportedFacts, rules: EndRules, now: number, random: number): Ending {
  const { all, value, progress } = facts;
  const lost = job.lost ? fromBits(job.lost, job.lost.length * 8) : [];
  const decision = decide({ ...facts, attempt: job.attempts, lost }, rules.retries, random);
  const { next, outcome, error, delayMs } = decision;
  const failure = error && toErrorRecord(error);
  const runs = withAttempt(job, attemptOf(job, now, outcome, failure));
  const items = all?.length ?? (next === 'completed' ? 0 : job.items);
  const common: JobEnd = {
    ...unchanged(job, now),
    items,
    runs,
    // The attempt may have succeeded in a job of which an earlier attempt has given up items.
    error: failure ?? job.error,
    progress,
    itemErrors: withItemErrors(job, ...failuresOf(job, facts, decision, lost), runs),
    ...(decision.items !== 'all' &&
      sets(decision.items.again, [...lost, ...decision.items.givenUp], all ?? [])),
  };
  const told = (end: JobEnd): Ending => ({ end, outcome, error });
  if (next === 'completed') {
    const result = facts.given.length > 0 ? toResult(value) : {};
    const kept = { error: undefined, itemErrors: undefined, keepMs: rules.retention.completed };
    const done = { left: undefined, lost: undefined, ...kept };
    return told({ ...common, ...done, ...result, status: 'completed' });
  }
  if (next === 'retrying') return told({ ...common, status: 'retrying', notBefore: now + delayMs });
  return told({ ...common, ...failed({ ...job, ...common }, rules, now) });
}

/** The items that are not done after an attempt, and why those failed that it has tried. */
function failuresOf(
  job: Job,
  facts: ReportedFacts,
  { items, error }: Decision,
  lost: readonly number[],
): [failed: readonly number[], failures: readonly Failure[]] {
  const own = [...facts.failed].map(([place, { error: why }]) => ({
    error: why,
    items: facts.given.slice(place, place + 1),
  }));
  if (items !== 'all') return [[...items.again, ...items.givenUp, ...lost], own];
  // The attempt may have failed before its items were read.
  const tried = facts.all ? facts.given : toTry(job);
  // An item that the handler has marked as failed keeps its own error, whatever the handler threw afterwards.
  return [
    [...tried, ...lost],
    [...(error ? [{ error, items: tried }] : []), ...own],
  ];
}

/** Makes the record of items' errors of a job that has failed as a whole, in no attempt or in one that did not report. */
const allFailed = (job: Job, error: ErrorRecord, runs: JobEnd['runs']): JobEnd['itemErrors'] => {
  const tried = toTry(job);
  const lost = job.lost ? fromBits(job.lost, job.lost.length * 8) : [];
  return withItemErrors(job, [...new Set([...tried, ...lost])], [{ error, items: tried }], runs);
};

/** The numbers of the items that the next attempt tries. Of a job whose items are not read yet it has more than there are. */
function toTry({ left, lost, count, prepared }: Job): number[] {
  const size = left ? left.length * 8 : Math.max(count, prepared?.count ?? 0);
  const numbers = left ? fromBits(left, size) : Array.from({ length: size }, (_, number) => number);
  return lost ? numbers.filter(number => !hasBit(lost, number)) : numbers;
}

/** Makes the end that changes nothing, except that no run holds the job any more. */
const unchanged = (job: Job, now: number): JobEnd => ({
  batch: job.batch,
  status: 'retrying',
  now,
  attempts: job.attempts,
  runs: job.runs,
  items: job.items,
  left: job.left,
  lost: job.lost,
  error: job.error,
  itemErrors: job.itemErrors,
  result: undefined,
  resultCut: undefined,
  progress: job.progress,
  notBefore: undefined,
  keepMs: undefined,
  onDeadBy: undefined,
});

/** Makes the fields of a job that has failed for good, except for its error. */
function failed(job: Sets, { deadLetter, retention }: EndRules, now: number) {
  const { enabled, onDead } = deadLetter;
  const isOwed = enabled && onDead !== undefined;
  return {
    status: enabled ? 'dead' : 'failed',
    ...allThatFailed(job),
    // The retention begins when onDead has returned.
    keepMs: isOwed ? undefined : retention.failed,
    onDeadBy: isOwed ? now + JOB_RESEND_AFTER_MS : undefined,
  } as const;
}

type Sets = Pick<Job, 'left' | 'lost'>;

/** Joins `left` and `lost`: when no item is tried any more, both have failed. */
const allThatFailed = ({ left, lost }: Sets): Sets => ({
  left: left && lost ? union(left, lost) : left,
  lost: undefined,
});

/** Makes the sets as a record stores them. No `left` means that all items are left. */
function sets(left: readonly number[], lost: readonly number[], all: readonly number[]): Sets {
  const size = (all.at(-1) ?? -1) + 1;
  return {
    left: left.length === all.length ? undefined : toBits(left, size),
    lost: lost.length === 0 ? undefined : toBits(lost, size),
  };
}

const attemptOf = (
  { startedAt }: Job,
  finishedAt: number,
  outcome: AttemptOutcome,
  error: JobEnd['error'],
) => ({ ...(startedAt !== undefined && { startedAt }), finishedAt, outcome, ...(error && { error }) });

/** Makes the job as it is read after the end is stored. */
export function applyEnd(job: Job, { now, keepMs: _, onDeadBy, ...end }: JobEnd): Job {
  return {
    ...job,
    ...end,
    statusChangedAt: now,
    finishedAt: isEnded(end) ? now : undefined,
    lockedUntil: undefined,
    timedOut: undefined,
    onDeadPending: onDeadBy === undefined ? undefined : 0,
  };
}
