/**
 * What the API answers with, as far as it is shown to people. `--json` passes on the whole of it. Times are ISO
 * strings. A group that is absent is no group, and the empty string is one.
 */

export interface ControlState {
  readonly batch: string;
  readonly paused: boolean;
  readonly ingestionPaused: boolean;
  readonly draining: boolean;
  readonly since?: string;
}

export interface BatchStatus extends ControlState {
  readonly options: Readonly<Record<string, unknown>>;
  readonly buffers: {
    readonly open: number;
    readonly items: number;
    readonly oldestItemAt?: string;
    readonly asOf: string;
  };
  readonly jobs: Readonly<Record<JobStatus, number>> & { readonly capped?: true };
  readonly throughput: {
    readonly minutes: readonly { readonly at: string; readonly items: number; readonly batches: number }[];
    readonly partial: boolean;
  };
  readonly lastErrors: readonly {
    readonly job: string;
    readonly group?: string;
    readonly at: string;
    readonly message: string;
    readonly status: string;
  }[];
}

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

export interface GroupStatus {
  readonly group?: string;
  readonly items: number;
  readonly maxSize: number;
  readonly openedAt: string;
  readonly deadline: string;
}

interface JobError {
  readonly name: string;
  readonly message: string;
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
  readonly attempts: readonly {
    readonly attempt: number;
    readonly startedAt?: string;
    readonly finishedAt?: string;
    readonly outcome: string;
    readonly error?: JobError;
  }[];
  readonly counts: {
    readonly slots: number;
    readonly items?: number;
    readonly done?: number;
    readonly left?: number;
  };
  readonly progress?: { readonly percent: number; readonly label?: string; readonly at: string };
  readonly result?: unknown;
  readonly resultCut?: { readonly bytes: number; readonly preview: string };
  readonly error?: JobError;
  readonly tags: readonly string[];
  readonly hookErrors: number;
  readonly items?: readonly { readonly index: number; readonly state: string; readonly item: unknown }[];
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
  readonly left?: Readonly<Record<'items' | 'waiting' | 'active' | 'retrying' | 'parked', number>>;
}

export interface Receipt {
  readonly job: string;
  readonly slot: number;
  readonly duplicate: boolean;
}

export interface AddAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly receipts: readonly Receipt[];
}

export interface FlushAnswer {
  readonly jobs: readonly { readonly job: string; readonly group?: string; readonly items: number }[];
}

export interface GroupsPage {
  readonly groups: readonly GroupStatus[];
  readonly cursor?: string;
  readonly asOf: string;
}

export interface JobsPage {
  readonly jobs: readonly JobInfo[];
  readonly cursor?: string;
}
