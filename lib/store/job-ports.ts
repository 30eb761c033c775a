import type {
  AttemptRecord,
  ErrorRecord,
  Job,
  NewJob,
  PreparedRecord,
  ProgressRecord,
  Unclaimed,
} from './records.ts';

/** A run of a job: who claims it, until when, and what it may. */
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
 * What a claim met: `busy`, somebody else's lock; `early`, the next attempt is not due; `exhausted`, no attempt is
 * left and nobody has said how the last one ended; `foreign`, the job is another batch's.
 */
export type ClaimResult =
  | {
      readonly outcome: 'claimed' | 'busy' | 'early' | 'exhausted' | 'ended' | 'foreign';
      readonly job: Job;
    }
  | { readonly outcome: 'missing' };

/** What a run writes down while it goes on. */
export interface RunNote {
  readonly progress?: ProgressRecord;
  /** Its attempt has timed out, and its handler has not returned. */
  readonly timedOut?: { readonly attempt: number; readonly error: ErrorRecord };
}

/**
 * What an end makes of a job: every field of its record that it decides. What is undefined is not in the record
 * afterwards, whatever was there before.
 */
export interface JobEnd {
  /** The job's. */
  readonly batch: string;
  readonly status: 'waiting' | 'retrying' | 'completed' | 'failed' | 'dead';
  readonly now: number;
  readonly attempts: number;
  readonly runs: readonly AttemptRecord[];
  readonly items: number | undefined;
  readonly left: Uint8Array | undefined;
  readonly lost: Uint8Array | undefined;
  readonly error: ErrorRecord | undefined;
  readonly result: string | undefined;
  readonly resultCut: Job['resultCut'];
  readonly progress: ProgressRecord | undefined;
  /** For `retrying`. */
  readonly notBefore: number | undefined;
  /** For a job that has ended: how long it is shown, in ms. Undefined while a call of onDead is owed: it is kept until then. */
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

/** How a call of onDead ended: it has returned, and the job is shown for so long, in ms; or it has thrown, and is made again. */
export type OnDeadEnd = { readonly now: number; readonly keepMs: number } | { readonly againAt: number };

export interface JobStore {
  /**
   * Puts a waiting job, in the due index, unless its record exists.
   * @returns the job whose record is there, however long ago it has ended
   */
  putJob(job: NewJob, lookAt: number): Promise<Job | undefined>;
  readJob(id: string): Promise<Job | undefined>;
  /** Those of the jobs that are there, in no order. */
  readJobs(ids: readonly string[]): Promise<Job[]>;
  /**
   * Takes the job's lock and begins an attempt, if it is unfinished, unlocked and due, and has an attempt left.
   * @param orCreate what the record is made of where there is none: a job whose message carries its items
   */
  claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult>;
  /** Renews the lock; false when it is no longer this run's. */
  renew(id: string, by: string, lockedUntil: number, note?: RunNote): Promise<boolean>;
  /**
   * Writes down what beforeFlush made of the window, unless an earlier attempt has.
   * @returns what is written there now; undefined when the lock is no longer this run's
   */
  prepare(id: string, by: string, prepared: PreparedRecord): Promise<PreparedRecord | undefined>;
  /** Ends the run that holds the lock. False when the lock is no longer this run's. */
  end(id: string, by: string, end: JobEnd): Promise<boolean>;
  /**
   * Ends a job for a run that cannot say so itself. False when it is running or has ended.
   * @param by names this end alone: of two that end the job in the same millisecond, only one has
   */
  close(id: string, by: string, end: JobEnd): Promise<boolean>;
  /** Sets an unfinished job that nobody runs aside while its batch is paused. False when it is running or has ended. */
  park(id: string, now: number): Promise<boolean>;
  /**
   * Moves an unfinished job on in the due index, to a day from now (`LOOK_EVERY_MS`) at the latest.
   * @param resent whether it was sent again, or could not be: the wait doubles each time
   */
  lookAgain(id: string, dueAt: number, resent: boolean): Promise<void>;
  /** Writes down when the ticker prolongs the records of a job's items next. The job is unfinished, or its onDead is owed. */
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
  /** Takes the lock for a call of onDead, if one is owed and nobody is at it. */
  claimOnDead(id: string, by: string, now: number, lockedUntil: number): Promise<Job | undefined>;
  /** Ends that call. */
  endOnDead(id: string, by: string, end: OnDeadEnd): Promise<void>;
  /**
   * Counts that SQS gave a message of the job up although the job has an attempt left and nobody runs it.
   *
   * @param since from when on it counts anew; undefined: it goes on counting
   * @returns how often since the last claim, and since when; undefined where it runs or has ended
   */
  countUnclaimed(id: string, now: number, since?: number): Promise<Unclaimed | undefined>;
  /** A hook of the job has thrown. */
  countHookError(id: string): Promise<void>;
  /**
   * Up to `limit` jobs of a list, the latest first, from those that stand before `before`. A job that has not ended stands
   * where the ticker looks at it next.
   */
  list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]>;
  /**
   * Up to `limit` jobs that have not ended, those first that the ticker looks at first, from those that stand behind
   * `after`. A job only ever moves back in this order, so that whoever goes through all pages may meet it twice, and misses
   * none.
   */
  openFrom(batch: string, limit: number, after?: string): Promise<ListEntry[]>;
  /**
   * How many jobs a list has, counted no further than about `enough`.
   * @param since only those that came into the list at or after, in ms since the epoch
   */
  count(batch: string, list: JobList, enough: number, since?: number): Promise<number>;
  /** Sees to it that an ended job is not redriven, and that its onDead is not called any more. False when it has not ended. */
  beginPurge(id: string): Promise<boolean>;
  /** Takes all that an ended job's record tells away. It is not shown any more, and keeps the job from running again. */
  purge(id: string): Promise<void>;
}
