import type { BufferKey } from './buffer-key.ts';
import type { WindowBounds } from './head.ts';
import type { NewJob } from './job.ts';

/** A job's message: a pointer, or for `persist: false` the whole batch. */
export type JobMessage = PointerMessage | InlineMessage;

export interface PointerMessage {
  readonly job: string;
  /** The job's batch, where the message is in a pool's queue. */
  readonly batch?: string;
  /** Whether the message only asks for a call of onDead. It does nothing for a job that was redriven since. */
  readonly onDead?: boolean;
}

export interface InlineMessage {
  readonly job: string;
  readonly batch?: string;
  readonly inline: NewJob;
  /** Packed. */
  readonly items: string;
  /** Slots whose items were dropped as duplicates, ascending. Absent where there are none. */
  readonly holes?: readonly number[];
  /** Traces in which they were added, where adds are traced. */
  readonly traces?: readonly string[];
}

/** A window's timer. */
export interface TimerMessage extends WindowBounds {
  readonly buffer: BufferKey;
  /** When it is to fire: the deadline, or sooner for `quietMs`, or later for a throttled window. */
  readonly fireAt: number;
}

/**
 * The queues. They deliver at least once, in any order, and may lose a message. The product depends on no more than
 * that.
 */
export interface Queues {
  /** @param group the job's group, by which SQS shares a batch's consumer among groups */
  sendJob(batch: string, message: JobMessage, group: string | undefined): Promise<void>;
  /** @param delaySeconds 0 … 900 */
  sendTimer(message: TimerMessage, delaySeconds: number): Promise<void>;
  /** To the dead letter queue, for a job whose end has to be told. */
  sendDead(batch: string, message: JobMessage): Promise<void>;
  /** Makes a received message come back after so many seconds, counted from now; 0 … 43,200. */
  setVisibility(queue: 'jobs' | 'dead', batch: string, receiptHandle: string, seconds: number): Promise<void>;
}
