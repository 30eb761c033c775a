import type { FlushReason } from './flush-reason.ts';
import type { JobInfo } from './job-info.ts';

/**
 * What a handler gets.
 *
 * @typeParam T an item as the handler gets it, read back from its JSON
 */
export interface BatchContext<T> {
  /** The job's id, a UUID; the same for each attempt. */
  readonly id: string;
  /** The definition's name. */
  readonly name: string;
  /**
   * The items in the order of their slots, as they were added or as `beforeFlush` made them. The same for each
   * attempt, but for those that an earlier one has settled.
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
   * Says how far the attempt is; stored at most once a second, and the last word always. Renews the job's lock.
   *
   * @param percent 0 to 100
   * @param label what is being done; at most 200 characters are kept
   * @throws JobError `job.progress_invalid`
   */
  progress(percent: number, label?: string): Promise<void>;
  /** What this attempt said last; 0 percent before. */
  getProgress(): { readonly percent: number; readonly label?: string };
  /** Writes a line to the log, with the batch, job, group and attempt. */
  readonly log: Log;
  /** The job has failed for good, whatever the handler does from here on. */
  discard(reason?: string): void;
  /**
   * Marks an item as failed. When the handler returns, the marked items alone come again; the others are settled.
   * Should the handler throw after all, the whole batch has failed.
   *
   * @param item an item of `batch`, or its place in it: a number is always taken for a place
   * @throws JobError `job.item_unknown` for what is not in the batch
   */
  fail(item: T | number, error?: unknown, options?: FailOptions): void;
}

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type LogAt = (message: string, data?: unknown) => void;

/** `log(level, message, data?)`, or `log.info(message, data?)` and so on. */
export type Log = ((level: LogLevel, message: string, data?: unknown) => void) &
  Readonly<Record<LogLevel, LogAt>>;

export interface FailOptions {
  /** The next attempt begins no sooner than so many milliseconds after this one. Default: as `retries` say. */
  readonly delayMs?: number;
  /** `false`: the item is not tried again. Default `true`. */
  readonly retryable?: boolean;
}

/** A job as hooks get it: its record, and the items that it is about. */
export interface EndedJob<T, R = unknown> extends JobInfo<R> {
  readonly items: readonly T[];
}
