import type { FlushReason } from './flush-reason.ts';
import type { JobInfo } from './job-info.ts';

/**
 * The argument of a handler: the batch, the job's data, and functions to report about it.
 *
 * @typeParam T an item as the handler gets it, read back from its JSON
 */
export interface BatchContext<T> {
  /** The job's id, a UUID. It is the same for each attempt. */
  readonly id: string;
  /** The definition's name. */
  readonly name: string;
  /**
   * The items in the order of their slots, as they were added or as `beforeFlush` made them. Each attempt gets the same
   * items, without those that an earlier attempt has settled. The array is frozen: use `batch.toSorted()`, since
   * `batch.sort()` throws.
   */
  readonly batch: readonly T[];
  readonly batchSize: number;
  /** What `groupBy` gave; undefined where the definition has none. */
  readonly groupKey: string | undefined;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** When the batch's first item was taken. */
  readonly createdAt: Date;
  /** Milliseconds since this attempt began. */
  readonly duration: number;
  readonly flushReason: FlushReason;
  readonly tags: readonly string[];
  /** Aborted when the attempt has taken too long, or another process has taken the job over. */
  readonly signal: AbortSignal;
  /** Whether the signal is aborted. */
  readonly aborted: boolean;
  /**
   * Reports how far the attempt is. It is stored at most once a second, and the last report always. It renews the job's
   * lock.
   *
   * @param percent 0 to 100
   * @param label what is being done; at most 200 characters are kept
   * @throws JobError `job.progress_invalid`
   */
  progress(percent: number, label?: string): Promise<void>;
  /** Returns what this attempt reported last. Before the first report it is 0 percent. */
  getProgress(): { readonly percent: number; readonly label?: string };
  /**
   * Writes a line to the log, with the batch, job, group and attempt. It never throws. `data` may be any value. Errors in
   * it are written with their message and stack. A value that is too long for a line is cut.
   */
  readonly log: Log;
  /**
   * Fails the job for good, also if the handler returns after this call. The first reason is kept.
   *
   * @param reason at most 1,000 characters are kept
   */
  discard(reason?: string): void;
  /**
   * Marks an item as failed. When the handler returns, only the marked items come again; the others are done. When the
   * handler throws, the whole batch has failed, whatever it marked.
   *
   * Await everything that the handler starts: a call after the handler has returned changes nothing, and is logged
   * (`job.attempt_ended`).
   *
   * @param item an item of `batch`, by its identity: copies are not known. Of equal texts or numbers in one batch each
   *   call marks one more, the first ones first
   * @param error why; default: a text that says that the handler has marked it
   * @throws JobError `job.item_unknown` for an item that is not in the batch, `job.fail_options_invalid`
   * @example
   * for (const order of batch) await book(order).catch(error => fail(order, error));
   */
  fail(item: T, error?: unknown, options?: FailOptions): void;
  /**
   * Marks an item as failed by its place in `batch`, as `fail` does.
   *
   * @param index from 0 to `batchSize` − 1
   * @throws JobError `job.item_unknown` where there is no such place, `job.fail_options_invalid`
   * @example for (const { index, error } of response.failures) failAt(index, error);
   */
  failAt(index: number, error?: unknown, options?: FailOptions): void;
}

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type LogAt = (message: string, data?: unknown) => void;

/** `log(level, message, data?)`, or `log.info(message, data?)` and so on. */
export type Log = ((level: LogLevel, message: string, data?: unknown) => void) &
  Readonly<Record<LogLevel, LogAt>>;

export interface FailOptions {
  /**
   * The next attempt begins at least so many milliseconds after this one has failed. Less than 0 counts as 0, and more
   * than 86,400,000 (24 hours) as 24 hours. Default: the delay of `retries`.
   */
  readonly delayMs?: number;
  /** `false`: the item is not tried again. Default `true`. */
  readonly retryable?: boolean;
}

/** A job as hooks and onDead get it: its record, and its items in a frozen array. */
export interface EndedJob<T, R = unknown> extends JobInfo<R> {
  readonly items: readonly T[];
}
