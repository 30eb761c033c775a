import type { FlushReason } from './flush-reason.ts';

/**
 * `waiting` for its first attempt, or after a redrive; `active` while it runs; `retrying` between attempts; `parked`
 * while its batch is paused; `completed`; `failed` for good; `dead` likewise, where dead letters are enabled.
 */
export const JOB_STATUSES = [
  'waiting',
  'active',
  'retrying',
  'parked',
  'completed',
  'failed',
  'dead',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** How an attempt ended. */
export const ATTEMPT_OUTCOMES = [
  'succeeded',
  'partly failed',
  'failed',
  'timed out',
  'discarded',
  'died',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export interface JobErrorInfo {
  readonly name: string;
  /** At most 1,000 characters. */
  readonly message: string;
}

export interface AttemptInfo {
  /** 1, 2, …; from 1 again after a redrive. */
  readonly attempt: number;
  /** After which redrive it was; absent before the first. */
  readonly redrive?: number;
  /** Unknown of an attempt whose process died. */
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly outcome: AttemptOutcome;
  readonly error?: JobErrorInfo;
}

/**
 * A job's record, as everybody may read it. Dates are ISO strings where it is JSON.
 *
 * @typeParam R what the handler returned, read back from its JSON
 */
export interface JobInfo<R = unknown> {
  readonly id: string;
  readonly batch: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
  readonly status: JobStatus;
  readonly flushReason: FlushReason;
  /** When its first item was taken. */
  readonly createdAt: Date;
  /** When it was to be flushed at the latest. */
  readonly deadline: Date;
  readonly sealedAt: Date;
  /** When its latest attempt began. */
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** While it is retrying. */
  readonly nextAttemptAt?: Date;
  /** While it is active: when it is taken for dead, unless it is heard of. */
  readonly lockedUntil?: Date;
  /** Attempts begun, since the last redrive. */
  readonly attempt: number;
  readonly maxAttempts?: number;
  /** How often it was redriven. */
  readonly redrives: number;
  /** The latest 20 attempts that have ended, oldest first. */
  readonly attempts: readonly AttemptInfo[];
  readonly counts: {
    /** Slots of its window. */
    readonly slots: number;
    /** Items that the handler gets in all: fewer than slots where a writer died or a hook filtered. Known from the first attempt's end. */
    readonly items?: number;
    /** Of these, settled. */
    readonly done?: number;
    /** Of these, to be tried again, failed or dead. */
    readonly left?: number;
  };
  readonly progress?: { readonly percent: number; readonly label?: string; readonly at: Date };
  /** What the handler returned. */
  readonly result?: R;
  /** In place of a result that is larger than 32,000 bytes of JSON: how large it was, and how it begins. */
  readonly resultCut?: { readonly bytes: number; readonly preview: string };
  /** Why the last failed attempt failed. */
  readonly error?: JobErrorInfo;
  readonly tags: readonly string[];
  /** Times that onSuccess or onFail threw. */
  readonly hookErrors: number;
}
