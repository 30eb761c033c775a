import type { Message } from '@aws-sdk/client-sqs';

/** A queue, as an event source reads it. */
export interface Receiver {
  /**
   * Hands out messages that can be received, as soon as there is one.
   *
   * @param most from 1 to 10
   * @param signal ends the waiting
   * @returns none where SQS had none for a long poll's time, or the signal was aborted
   */
  receive(most: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Deletes messages that were received, by their receipts. */
  delete(receipts: readonly string[]): Promise<void>;
  /** How many messages can be received, and how many cannot: received, delayed, or to come back later. */
  count(): Promise<{ readonly waiting: number; readonly hidden: number }>;
}
