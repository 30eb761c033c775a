import type { FlushReason } from './flush-reason.ts';

/**
 * A job is `waiting` before its first attempt and after a redrive, `active` while an attempt runs, `retrying` between
 * attempts, and `parked` while its batch is paused. It ends as `completed`, or when it has failed for good as `dead`
 * where dead letters are enabled, otherwise as `failed`.
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

/** Why an item has failed. */
export interface JobItemError extends JobErrorInfo {
  /** The frames of its stack, a line each; at most 2,000 characters. Absent where it has none, or it did not fit. */
  readonly stack?: string;
}

export interface AttemptInfo {
  /** Counts from 1, and from 1 again after a redrive. */
  readonly attempt: number;
  /** The number of redrives before this attempt. Absent if there was none. */
  readonly redrive?: number;
  /** Absent for an attempt whose process died. */
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly outcome: AttemptOutcome;
  readonly error?: JobErrorInfo;
}

/**
 * A job's record, as the API returns it. In JSON its dates are ISO strings.
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
  /** When its first item was added. */
  readonly createdAt: Date;
  /** The deadline of its window. */
  readonly deadline: Date;
  readonly sealedAt: Date;
  /** When its latest attempt began. */
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** When the next attempt begins, while the job is retrying. */
  readonly nextAttemptAt?: Date;
  /** While it is active: when its lock lapses, if its attempt does not renew it. */
  readonly lockedUntil?: Date;
  /** The number of attempts that have begun since the last redrive. */
  readonly attempt: number;
  readonly maxAttempts?: number;
  /** The number of redrives. */
  readonly redrives: number;
  /** The latest 20 attempts that have ended, oldest first. */
  readonly attempts: readonly AttemptInfo[];
  readonly counts: {
    /** The number of slots of its window. */
    readonly slots: number;
    /**
     * The number of items for the handler, known when the first attempt has ended. It is less than `slots` if a writer
     * died or `beforeFlush` left items out.
     */
    readonly items?: number;
    /** How many of these items are done. */
    readonly done?: number;
    /** How many of these items are to be tried again, or have failed for good. */
    readonly left?: number;
  };
  readonly progress?: { readonly percent: number; readonly label?: string; readonly at: Date };
  /** What the handler returned. */
  readonly result?: R;
  /** Takes the place of a result with more than 32,000 bytes of JSON: the result's size, and its beginning. */
  readonly resultCut?: { readonly bytes: number; readonly preview: string };
  /** Why the last failed attempt failed. */
  readonly error?: JobErrorInfo;
  /** Failed items whose error did not fit into the record; absent where there is none. */
  readonly itemErrorsLeftOut?: number;
  readonly tags: readonly string[];
  /** How often onSuccess or onFail has thrown. */
  readonly hookErrors: number;
}
