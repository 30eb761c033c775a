/** The answers of the HTTP API, as its OpenAPI document has them. Times are ISO strings. */

export const JOB_STATUSES = [
  'active',
  'waiting',
  'retrying',
  'parked',
  'failed',
  'dead',
  'completed',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export interface ControlState {
  readonly batch: string;
  readonly paused: boolean;
  readonly ingestionPaused: boolean;
  readonly draining: boolean;
  readonly since?: string;
}

export interface BatchOptions {
  readonly maxSize: number;
  readonly maxWaitMs: number;
  readonly maxBytes?: number;
  readonly grouped: boolean;
  readonly deduplicated: boolean;
  readonly persist: boolean;
  readonly shards: number;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly retries?: {
    readonly max: number;
    readonly strategy: string;
    readonly baseDelay: number;
    readonly maxDelay?: number;
  };
  readonly deadLetter: boolean;
  readonly throttle?: { readonly max: number; readonly duration: number };
  readonly maxPendingBatches?: number;
  readonly quietMs?: number;
  readonly ordered: boolean;
  readonly tags: readonly string[];
}

export interface Minute {
  /** The start of the minute. */
  readonly at: string;
  readonly items: number;
  readonly batches: number;
}

export interface JobFailure {
  readonly job: string;
  readonly group?: string;
  readonly at: string;
  readonly message: string;
  readonly status: JobStatus;
}

export type JobCounts = Readonly<Record<JobStatus, number>> & { readonly capped?: boolean };

export interface BatchStatus extends ControlState {
  readonly options: BatchOptions;
  readonly buffers: {
    readonly open: number;
    readonly items: number;
    readonly oldestItemAt?: string;
    readonly asOf: string;
    /** There are more than were counted. */
    readonly capped?: boolean;
  };
  readonly jobs: JobCounts;
  /** What has completed in the last hour; minutes without anything are left out. */
  readonly throughput: { readonly minutes: readonly Minute[]; readonly partial: boolean };
  readonly lastErrors: readonly JobFailure[];
}

export interface GroupStatus {
  readonly group?: string;
  readonly items: number;
  readonly maxSize: number;
  readonly openedAt: string;
  readonly deadline: string;
}

export interface GroupsPage {
  readonly groups: readonly GroupStatus[];
  readonly cursor?: string;
  readonly asOf: string;
}

export interface ErrorInfo {
  readonly name: string;
  readonly message: string;
}

export interface Attempt {
  /** From 1 again after a redrive. */
  readonly attempt: number;
  /** After which redrive it was; absent before the first. */
  readonly redrive?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly outcome: string;
  readonly error?: ErrorInfo;
}

export interface JobItem {
  readonly index: number;
  readonly state: 'pending' | 'done' | 'dead';
  readonly item: unknown;
}

export interface JobInfo {
  readonly id: string;
  readonly batch: string;
  readonly group?: string;
  readonly status: JobStatus;
  readonly flushReason: string;
  readonly createdAt: string;
  readonly deadline: string;
  readonly sealedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly nextAttemptAt?: string;
  readonly lockedUntil?: string;
  readonly attempt: number;
  readonly maxAttempts?: number;
  readonly redrives: number;
  readonly attempts: readonly Attempt[];
  readonly counts: {
    readonly slots: number;
    readonly items?: number;
    readonly done?: number;
    readonly left?: number;
  };
  readonly progress?: { readonly percent: number; readonly label?: string; readonly at: string };
  readonly result?: unknown;
  readonly resultCut?: { readonly bytes: number; readonly preview: string };
  readonly error?: ErrorInfo;
  readonly tags: readonly string[];
  readonly hookErrors: number;
  /** When asked for. */
  readonly items?: readonly JobItem[];
  /** The items did not all fit into the answer: where the next page of them begins. */
  readonly nextItem?: number;
}

export interface JobsPage {
  readonly jobs: readonly JobInfo[];
  readonly cursor?: string;
}

export interface DrainReport {
  readonly batch: string;
  readonly state: 'draining' | 'drained' | 'timed_out';
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly flushed: number;
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  readonly left?: {
    readonly items: number;
    readonly waiting: number;
    readonly active: number;
    readonly retrying: number;
    readonly parked: number;
  };
}
