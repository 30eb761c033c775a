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
  readonly startedAt: number;
  /** When it gives up. */
  readonly until: number;
  readonly state: 'draining' | 'drained' | 'timed_out';
  readonly finishedAt?: number;
  /** Whether everything that was buffered at its beginning is sealed, and every parked job is sent. */
  readonly begun?: boolean;
  /** When a look has found that each sealed window is a job, in ms since the epoch. The index may not show all jobs yet. */
  readonly publishedAt?: number;
  /** Whether it has sealed what was buffered at its beginning in buffers that the index did not show then. */
  readonly begunAgain?: boolean;
  /** Jobs that its flush made. */
  readonly flushed: number;
  readonly completed?: number;
  readonly failed?: number;
  readonly dead?: number;
}
