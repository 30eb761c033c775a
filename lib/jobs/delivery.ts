import type { JobMessage } from '../store/queue-ports.ts';
import type { Services } from '../store/services.ts';

/** A message as it was received. */
export interface Delivery {
  readonly message: JobMessage;
  readonly receiptHandle: string;
  /** Milliseconds that the process has left; undefined where nothing ends it. */
  readonly remainingMs?: () => number;
  /** Aborted when the process ends, so that a handler can return before that. */
  readonly ending?: AbortSignal;
}

/** `done`: the message can be deleted. `again`: it has to come back, and its visibility is set for this. */
export type DeliveryResult = 'done' | 'again';

/** SQS hides a received message for at most 12 hours in all. A longer wait takes several deliveries. */
const LONGEST_HIDE_MS = 11 * 3_600_000;

/**
 * Sets when a message comes back, in whole seconds, rounded down: its next receiver sleeps the rest. If the request
 * fails, the message comes back when its present visibility ends.
 */
export async function setMessageVisibility(
  { queues, warn }: Pick<Services, 'queues' | 'warn'>,
  queue: 'jobs' | 'dead',
  batch: string,
  { receiptHandle }: Pick<Delivery, 'receiptHandle'>,
  ms: number,
): Promise<void> {
  try {
    const seconds = Math.max(0, Math.floor(Math.min(ms, LONGEST_HIDE_MS) / 1_000));
    await queues.setVisibility(queue, batch, receiptHandle, seconds);
  } catch (error) {
    warn('the time at which a message comes back could not be set', error, { batch });
  }
}
