import type { Store } from '#lib/store/ports';
import type { Queues } from '#lib/store/queue-ports';
import type { QueueTopology } from '#lib/topology';
import type { Receiver } from '../event-sources/receiver.ts';

/** What a local deployment stores its records and messages in. */
export interface Engine {
  readonly store: Store;
  readonly queues: Queues;
  readonly receiverOf: (queue: QueueTopology) => Receiver;
  /** Whether it may have work of an earlier process. */
  readonly isDurable: boolean;
  /** Resolves when all that was written by now can be read by whoever waits for it. */
  settled(): Promise<void>;
  /** Closes it. What is kept in a data directory is on disk when it resolves. */
  stop(): Promise<void>;
}
