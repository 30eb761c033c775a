import type { FlushReason } from '../definition/flush-reason.ts';
import type { AttemptOutcome, JobStatus } from '../definition/job-info.ts';

/** A new job, with the fields that follow from its window's marker. */
export interface NewJob {
  readonly id: string;
  readonly batch: string;
  readonly group: string | undefined;
  /** Where its window is in its buffer; undefined for a batch with `persist: false`. */
  readonly place: WindowPlace | undefined;
  readonly count: number;
  readonly reason: FlushReason;
  /** When the first item was taken. */
  readonly createdAt: number;
  readonly deadline: number;
  readonly sealedAt: number;
}

/** A window among those of its buffer. */
export interface WindowPlace {
  readonly shard: number;
  readonly epoch: string;
  readonly window: number;
}

/** An attempt that has ended. */
export interface AttemptRecord {
  readonly attempt: number;
  /** The number of the redrive that it followed; absent before the first. */
  readonly redrive?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly outcome: AttemptOutcome;
  readonly error?: ErrorRecord;
}

export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
}

/**
 * Why items of a job have failed. Errors that say the same are one, and so are equal stacks. It is of no use once an
 * older version, which does not write it, has ended a later attempt than `attempt`.
 */
export interface ItemErrorsRecord {
  /** The latest attempt that had ended when it was written, and the redrive that this attempt followed. */
  readonly attempt: number;
  readonly redrive: number;
  readonly stacks: readonly string[];
  readonly errors: readonly {
    readonly name: string;
    readonly message: string;
    /** Its place in `stacks`. */
    readonly stack?: number;
    /** The numbers of the items that failed with it last: `0-4,7`. */
    readonly items: string;
  }[];
  /** Failed items whose error did not fit. */
  readonly leftOut: number;
}

export interface ProgressRecord {
  readonly percent: number;
  readonly label?: string;
  readonly at: number;
}

/** The answer of beforeFlush for a window, from the first time that it returned. */
export interface PreparedRecord {
  /** The name under which the items that it has made are stored. Undefined where it only left items out. */
  readonly under?: string;
  /** How many there are: slots of that record, or items of the window that are kept. */
  readonly count: number;
  /** Which of the window's items it kept, a bit each; undefined where `under` says where the items are. */
  readonly kept?: Uint8Array;
}

/** How often SQS has given up the message of a job that no consumer claims, and since when. */
export interface Unclaimed {
  readonly count: number;
  readonly since: number;
}

/** A job's record. */
export interface Job extends NewJob {
  readonly status: JobStatus;
  /** Attempts begun. */
  readonly attempts: number;
  /** Attempts allowed, as the latest claim knew it. */
  readonly maxAttempts: number | undefined;
  /**
   * When its status changed last. The stored attribute is `heardAt`. The ticker sends a job again whose status stays
   * for long.
   */
  readonly statusChangedAt: number;
  /** How often the ticker has sent it again since then. */
  readonly resends: number;
  /** When the ticker prolongs its window's records next. The stored attribute is `keepAt`. */
  readonly ttlDue: number;
  /** While active: until when the lock lasts. A run that does not renew it counts as dead then. */
  readonly lockedUntil: number | undefined;
  /** Which run holds the lock. */
  readonly claimedBy: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** While retrying: when the next attempt may begin. */
  readonly notBefore: number | undefined;
  /** Items that the handler gets in all; fewer than `count` where slots were fenced or a hook filtered. */
  readonly items: number | undefined;
  /** Of the handler's items, those that are not done, a bit each; undefined while none is done. */
  readonly left: Uint8Array | undefined;
  /** Of the handler's items, those that are not to be tried again, a bit each. */
  readonly lost: Uint8Array | undefined;
  readonly prepared: PreparedRecord | undefined;
  /** Whether only its message has its items. Those of a job that has failed for good are stored too. */
  readonly inline: boolean;
  readonly progress: ProgressRecord | undefined;
  /** Attempts that have ended, the latest ones. */
  readonly runs: readonly AttemptRecord[];
  /** Of the last attempt that failed, or of the running one should it have timed out. */
  readonly error: ErrorRecord | undefined;
  /** Why items have failed that are not done; undefined where none has, and where an older version wrote the end. */
  readonly itemErrors: ItemErrorsRecord | undefined;
  /** The attempt that has timed out, while its handler has not returned. */
  readonly timedOut: number | undefined;
  /** JSON. */
  readonly result: string | undefined;
  readonly resultCut: { readonly bytes: number; readonly preview: string } | undefined;
  readonly tags: readonly string[];
  readonly redrives: number;
  /** How often SQS has given its message up since a consumer last claimed the job; undefined where it has not. */
  readonly unclaimed: Unclaimed | undefined;
  readonly hookErrors: number;
  /** How many calls of onDead have thrown, while a call is owed; undefined when none is owed. */
  readonly onDeadPending: number | undefined;
}

export const isEnded = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'dead';
