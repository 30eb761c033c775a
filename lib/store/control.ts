/** What an operator has asked of a batch. */
export interface Control {
  /** Nothing is flushed or run. */
  readonly paused: boolean;
  /** Nothing is taken either. */
  readonly ingestionPaused: boolean;
  /** When it was last changed, in ms since the epoch; undefined where an operator has never asked anything. */
  readonly since: number | undefined;
  readonly drain: DrainRecord | undefined;
}

/** Says whether a batch's jobs must not run. They run while it drains, although nothing more is flushed. */
export const holdsJobs = ({ paused, drain }: Control): boolean => paused && drain?.state !== 'draining';

/** A drain, under way or the last one. */
export interface DrainRecord {
  readonly id: string;
  /** Counts the changes of this record. Absent before the first. */
  readonly version?: number;
  readonly startedAt: number;
  /** When it gives up. */
  readonly until: number;
  readonly state: 'draining' | 'drained' | 'timed_out';
  readonly finishedAt?: number;
  /** Names the call that has ended it. */
  readonly endedBy?: string;
  /** Whether everything that was buffered at its beginning is sealed, and every parked job is sent. */
  readonly begun?: boolean;
  /** When the process that flushes for it has last said that it is at it, in ms since the epoch. */
  readonly flushingAt?: number;
  /**
   * When it began again, in ms since the epoch: the index had not shown buffers that were there when it began. It is not
   * `begun` then until these are sealed too.
   */
  readonly begunAgainAt?: number;
  /** When a look had found that each sealed window is a job, in ms since the epoch. The index may not show all jobs yet. */
  readonly publishedAt?: number;
  /** Jobs that its flushes have made, as far as they have been counted. */
  readonly flushed: number;
  /** The names of the latest flushes in `flushed`. A flush that has lost its answer is so not counted twice. */
  readonly counted?: readonly string[];
  readonly completed?: number;
  readonly failed?: number;
  readonly dead?: number;
}
