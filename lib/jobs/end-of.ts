import type { AttemptOutcome } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import { RETRY_DEFAULTS } from '../definition/retries.ts';
import type { JobEnd } from '../store/job-ports.ts';
import { isEnded, type Job, type ProgressRecord } from '../store/records.ts';
import { died, withAttempt } from './attempt-log.ts';
import { fromBits, toBits, union } from './bits.ts';
import { type AttemptFacts, decide } from './outcome.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';
import { toResult } from './result.ts';
import { fromErrorRecord, toErrorRecord } from './to-error.ts';

/** What is known of a job when it ends, or its attempt does. */
export type EndFacts =
  /** The attempt's process tells how it went. */
  | ReportedFacts
  /** The attempt could not reach its items: it counts as not begun. */
  | { readonly how: 'not begun' }
  /** The last attempt's process never told how it ended. */
  | { readonly how: 'died' }
  /** No consumer takes the job up. */
  | { readonly how: 'unclaimed'; readonly error: Error }
  /** The job's items cannot be read, now or ever. */
  | { readonly how: 'unreadable'; readonly error: Error }
  /** An operator has the job run again. */
  | { readonly how: 'redriven' };

export interface ReportedFacts extends Omit<AttemptFacts, 'attempt' | 'lost'> {
  readonly how: 'reported';
  /** Of all items that the job's handler gets, the numbers; undefined where the attempt failed before it knew them. */
  readonly all: readonly number[] | undefined;
  /** What the handler returned. */
  readonly value: unknown;
  readonly progress: ProgressRecord | undefined;
}

/** What of its definition a job's end follows. */
export type EndRules = Pick<Definition, 'retries' | 'deadLetter' | 'retention'>;

const DAY_MS = 86_400_000;
/** An attempt that could not reach its items is made again so much later. */
const GIVEN_BACK_MS = 5_000;
/** For jobs of a batch that is not deployed any more. */
const NOT_DEPLOYED: EndRules = {
  retries: RETRY_DEFAULTS,
  deadLetter: { enabled: false },
  retention: { completed: 14 * DAY_MS, failed: 14 * DAY_MS },
};

/** An end, and what is told of it besides. */
export interface Ending {
  readonly end: JobEnd;
  /** How the attempt ended; undefined where no attempt has told. */
  readonly outcome: AttemptOutcome | undefined;
  /** Why it failed, as it was thrown. */
  readonly error: Error | undefined;
}

/**
 * Makes every field of a job's end, or of an attempt's, from the job's record and the facts of the last attempt. There is
 * no other place that does.
 *
 * Each of a job's items is in one of three sets. `left`: to be tried again, and once the job has ended all that has
 * failed; undefined means all items. `lost`: given up while others are still tried. Every other item is done.
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
      return untold({ ...same, ...failed(job, rules, now), runs, error }, fromErrorRecord(error));
    }
    case 'unclaimed': {
      const error = toErrorRecord(facts.error);
      return untold({ ...same, ...failed(job, rules, now), runs: withAttempt(job), error }, facts.error);
    }
    case 'unreadable': {
      const error = toErrorRecord(facts.error);
      const nothing = { items: 0, left: undefined, lost: undefined };
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
  const items = all?.length ?? (next === 'completed' ? 0 : job.items);
  const common: JobEnd = {
    ...unchanged(job, now),
    items,
    runs: withAttempt(job, attemptOf(job, now, outcome, failure)),
    // an attempt that succeeds may yet end a job of which an earlier one has given up items
    error: failure ?? job.error,
    progress,
    ...(decision.items !== 'all' &&
      sets(decision.items.again, [...lost, ...decision.items.givenUp], all ?? [])),
  };
  const told = (end: JobEnd): Ending => ({ end, outcome, error });
  if (next === 'completed') {
    const result = facts.given.length > 0 ? toResult(value) : {};
    const done = { left: undefined, lost: undefined, error: undefined, keepMs: rules.retention.completed };
    return told({ ...common, ...done, ...result, status: 'completed' });
  }
  if (next === 'retrying') return told({ ...common, status: 'retrying', notBefore: now + delayMs });
  return told({ ...common, ...failed({ ...job, ...common }, rules, now) });
}

/** The end that changes nothing but that nobody runs the job. */
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
  result: undefined,
  resultCut: undefined,
  progress: job.progress,
  notBefore: undefined,
  keepMs: undefined,
  onDeadBy: undefined,
});

/** What a job that has failed for good says besides why. */
function failed(job: Sets, { deadLetter, retention }: EndRules, now: number) {
  const { enabled, onDead } = deadLetter;
  const isOwed = enabled && onDead !== undefined;
  return {
    status: enabled ? 'dead' : 'failed',
    ...allThatFailed(job),
    // the retention of its definition begins when onDead has returned, however long that takes
    keepMs: isOwed ? undefined : retention.failed,
    onDeadBy: isOwed ? now + JOB_RESEND_AFTER_MS : undefined,
  } as const;
}

type Sets = Pick<Job, 'left' | 'lost'>;

/** Once nothing is tried any more, what was left and what was given up are one set: all that has failed. */
const allThatFailed = ({ left, lost }: Sets): Sets => ({
  left: left && lost ? union(left, lost) : left,
  lost: undefined,
});

/** The sets as a record has them; that all items are left is told by no set at all. */
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

/** A job's record after an end, as it will be read. */
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
