import type { FlushReason } from './flush-reason.ts';
import type { AttemptOutcome, JobErrorInfo } from './job-info.ts';

/** What every event says. */
interface About {
  readonly deployment: string;
  readonly batch: string;
  /** An ISO string. */
  readonly at: string;
}

interface AboutJob extends About {
  readonly job: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
}

/**
 * What happens to a batch with `events: true`, as it is put on the EventBridge bus: `type` is the event's
 * detail-type, the rest its detail. Once as a rule, in no certain order: one is lost when its process dies before it is
 * sent, or the bus does not take it; one may come twice after a crash, or when EventBridge retries a delivery.
 */
export type BatchEvent =
  | (AboutJob & {
      readonly type: 'Cistern Batch Sealed';
      /** Slots of its window; items may be fewer. */
      readonly count: number;
      readonly reason: FlushReason;
    })
  | (AboutJob & {
      readonly type: 'Cistern Batch Succeeded';
      readonly attempt: number;
      readonly items: number;
      /** Milliseconds that the last attempt took. */
      readonly durationMs: number;
    })
  | (AboutJob & {
      readonly type: 'Cistern Attempt Failed';
      readonly attempt: number;
      readonly maxAttempts: number;
      readonly outcome: AttemptOutcome;
      readonly error: JobErrorInfo;
      /** Items that are to be tried again or are lost. */
      readonly left: number;
      /** An ISO string; absent when there is no next one. */
      readonly nextAttemptAt?: string;
    })
  | (AboutJob & {
      readonly type: 'Cistern Batch Dead';
      /** `failed` where dead letters are not enabled. */
      readonly status: 'dead' | 'failed';
      readonly attempt: number;
      readonly items: number;
      readonly error: JobErrorInfo;
    })
  | (About & {
      readonly type: 'Cistern Batch Drained';
      readonly state: 'drained' | 'timed_out';
      readonly flushed: number;
      readonly completed: number;
      readonly failed: number;
      readonly dead: number;
    });
