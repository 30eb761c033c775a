import type { Message } from '@aws-sdk/client-sqs';

/** A queue, as an event source reads it. */
export interface Receiver {
  /**
   * Receives messages, as soon as there is one.
   *
   * @param most from 1 to 10
   * @param signal ends the wait
   * @returns no messages if SQS had none for the time of a long poll, or if the signal was aborted
   */
  receive(most: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Deletes messages that were received, by their receipts. */
  delete(receipts: readonly string[]): Promise<void>;
  /** Counts the messages that can be received (`waiting`), and those that are received, delayed or hidden (`hidden`). */
  count(): Promise<{ readonly waiting: number; readonly hidden: number }>;
}
