import type {
  AttemptRecord,
  ErrorRecord,
  Job,
  NewJob,
  PreparedRecord,
  ProgressRecord,
  Unclaimed,
} from './job.ts';

/** A claim of a job by a run. */
export interface Claim {
  readonly by: string;
  /** The batch whose consumer claims it. */
  readonly batch: string;
  readonly now: number;
  readonly lockedUntil: number;
  readonly maxAttempts: number;
  readonly tags: readonly string[];
}

/**
 * How a claim ended. `busy`: another run has the lock. `early`: the next attempt is not due. `exhausted`: no attempt
 * is left, and the end of the last one was not reported. `foreign`: the job belongs to another batch. `missing`: there
 * is no record.
 */
export type ClaimResult =
  | {
      readonly outcome: 'claimed' | 'busy' | 'early' | 'exhausted' | 'ended' | 'foreign';
      readonly job: Job;
    }
  | { readonly outcome: 'missing' };

/** What a run stores while it goes on. */
export interface RunNote {
  readonly progress?: ProgressRecord;
  /** Its attempt has timed out, and its handler has not returned. */
  readonly timedOut?: { readonly attempt: number; readonly error: ErrorRecord };
}

/**
 * The end of a job or an attempt: every field of the record that it sets. A field that is undefined is removed from
 * the record.
 */
export interface JobEnd {
  /** The job's batch. */
  readonly batch: string;
  readonly status: 'waiting' | 'retrying' | 'completed' | 'failed' | 'dead';
  readonly now: number;
  readonly attempts: number;
  readonly runs: readonly AttemptRecord[];
  readonly items: number | undefined;
  readonly left: Uint8Array | undefined;
  readonly lost: Uint8Array | undefined;
  readonly error: ErrorRecord | undefined;
  readonly itemErrors: Job['itemErrors'];
  readonly result: string | undefined;
  readonly resultCut: Job['resultCut'];
  readonly progress: ProgressRecord | undefined;
  /** For `retrying`. */
  readonly notBefore: number | undefined;
  /**
   * For a job that has ended: how long it is shown, in ms. Undefined while a call of onDead is owed: it is kept until
   * then.
   */
  readonly keepMs: number | undefined;
  /** For `dead`: onDead has to be called; the ticker looks at the job then. */
  readonly onDeadBy: number | undefined;
}

/** Kinds of jobs that are listed apart. */
export const JOB_LISTS = ['open', 'completed', 'failed', 'dead'] as const;
export type JobList = (typeof JOB_LISTS)[number];

/** A job's place in its list: `at` is unique, and later jobs have greater ones. */
export interface ListEntry {
  readonly id: string;
  readonly at: string;
}

/**
 * How a call of onDead ended. It has returned, and the job is shown for `keepMs`; or it has thrown, and is called
 * again at `againAt`.
 */
export type OnDeadEnd = { readonly now: number; readonly keepMs: number } | { readonly againAt: number };

export interface JobStore {
  /**
   * Puts a waiting job, in the due index, unless its record exists.
   * @returns the job if its record exists already, also when it has ended long ago; otherwise undefined
   */
  putJob(job: NewJob, lookAt: number): Promise<Job | undefined>;
  readJob(id: string): Promise<Job | undefined>;
  /** Those of the jobs that are there, in no order. */
  readJobs(ids: readonly string[]): Promise<Job[]>;
  /**
   * Takes the job's lock and begins an attempt, if it is unfinished, unlocked and due, and has an attempt left.
   * @param orCreate the fields of a new record, for a job whose message carries its items and that has no record yet
   */
  claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult>;
  /** Renews the lock; false when it is no longer this run's. */
  renew(id: string, by: string, lockedUntil: number, note?: RunNote): Promise<boolean>;
  /**
   * Writes down what beforeFlush made of the window, unless an earlier attempt has.
   * @returns what is written there now; undefined when the lock is no longer this run's
   */
  putPrepared(id: string, by: string, prepared: PreparedRecord): Promise<PreparedRecord | undefined>;
  /** Ends the run that holds the lock. False when the lock is no longer this run's. */
  end(id: string, by: string, end: JobEnd): Promise<boolean>;
  /**
   * Ends a job whose run cannot do it. Returns false when a run holds the job or it has ended.
   * @param by names this one end. If two processes end the job in the same millisecond, only one has ended it
   */
  close(id: string, by: string, end: JobEnd): Promise<boolean>;
  /** Parks an unfinished job that no run holds. Returns false when it is running or has ended. */
  park(id: string, now: number): Promise<boolean>;
  /**
   * Moves an unfinished job on in the due index, to a day from now (`LOOK_EVERY_MS`) at the latest.
   * @param resent whether it was sent again, or could not be: the wait doubles each time
   */
  lookAgain(id: string, dueAt: number, resent: boolean): Promise<void>;
  /**
   * Writes down that the items of an unfinished job are in the table, also if a message has them too, and has the ticker
   * look at the job: at this time, or a day from now (`LOOK_EVERY_MS`) if that is sooner.
   */
  markStored(id: string, lookAt: number): Promise<void>;
  /**
   * Writes down when the ticker prolongs the records of a job's items next. The job is unfinished, or its onDead is
   * owed.
   */
  setTtlDue(id: string, due: number): Promise<void>;
  /**
   * Makes a failed or dead job wait for a first attempt again.
   *
   * @param by names this redrive alone
   * @param redrives how often it had been redriven when it was read
   * @param lookAt when the ticker looks whether it was sent
   * @returns `on dead owed`: a call of onDead has not returned. `refused`: it is neither failed nor dead, or has been
   *   redriven since it was read
   */
  redrive(
    id: string,
    by: string,
    end: JobEnd,
    redrives: number,
    lookAt: number,
  ): Promise<'redriven' | 'on dead owed' | 'refused'>;
  /** Takes the lock for a call of onDead, if the call is owed and no process makes it now. */
  claimOnDead(id: string, by: string, now: number, lockedUntil: number): Promise<Job | undefined>;
  /** Stores the end of that call. */
  endOnDead(id: string, by: string, end: OnDeadEnd): Promise<void>;
  /**
   * Counts that SQS has given up a message of the job although an attempt is left and no run holds the job.
   *
   * @param since from when on it counts anew; undefined: it goes on counting
   * @returns how often since the last claim, and since when; undefined when the job runs or has ended
   */
  countUnclaimed(id: string, now: number, since?: number): Promise<Unclaimed | undefined>;
  /** Counts a hook of the job that has thrown. */
  countHookError(id: string): Promise<void>;
  /**
   * Up to `limit` jobs of a list, the latest first, from those that stand before `before`. A job that has not ended stands
   * where the ticker looks at it next.
   */
  list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]>;
  /**
   * Up to `limit` jobs that have not ended, in the order of the ticker's next looks, from those behind `after`. A job only
   * moves back in this order. So a caller that reads all pages may meet a job twice, and misses none.
   */
  openFrom(batch: string, limit: number, after?: string): Promise<ListEntry[]>;
  /**
   * How many jobs a list has, counted no further than about `enough`.
   * @param since only those that came into the list at or after, in ms since the epoch
   */
  count(batch: string, list: JobList, enough: number, since?: number): Promise<number>;
  /**
   * Prevents that an ended job is redriven, or its onDead called.
   *
   * @param redrives how often it had been redriven when it was read
   * @returns false when it has not ended, or has been redriven since
   */
  beginPurge(id: string, redrives: number): Promise<boolean>;
  /** Empties an ended job's record. The record is not shown any more, and keeps the job from running again. */
  purge(id: string): Promise<void>;
}
