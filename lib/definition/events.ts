import type { FlushReason } from './flush-reason.ts';
import type { AttemptOutcome, JobErrorInfo } from './job-info.ts';

/** The properties of every event. */
interface About {
  readonly deployment: string;
  readonly batch: string;
  /** When it happened, as an ISO string. */
  readonly at: string;
}

interface AboutJob extends About {
  readonly job: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
}

/**
 * An event of a batch with `events: true`, as it is put on the EventBridge bus: `type` is the event's detail-type, the
 * other properties its detail. Events come once as a rule, in no certain order. An event is lost if its process dies
 * before it is sent, or if the bus does not take it. It may come twice after a crash, or when EventBridge retries.
 */
export type BatchEvent =
  | (AboutJob & {
      readonly type: 'Cistern Batch Sealed';
      /** The number of slots of its window. There may be fewer items. */
      readonly count: number;
      readonly reason: FlushReason;
    })
  | (AboutJob & {
      readonly type: 'Cistern Batch Succeeded';
      readonly attempt: number;
      readonly items: number;
      /** How long the last attempt took, in milliseconds. */
      readonly durationMs: number;
    })
  | (AboutJob & {
      readonly type: 'Cistern Attempt Failed';
      readonly attempt: number;
      readonly maxAttempts: number;
      readonly outcome: AttemptOutcome;
      readonly error: JobErrorInfo;
      /** The number of items that are tried again or are lost. */
      readonly left: number;
      /** An ISO string. Absent if there is no next attempt. */
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
