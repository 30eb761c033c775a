import type { Store } from '#lib/store/ports';
import type { Queues } from '#lib/store/queue-ports';
import type { QueueTopology } from '#lib/topology';
import type { Receiver } from '../event-sources/receiver.ts';

/** The storage of a local deployment's records and messages. */
export interface Engine {
  readonly store: Store;
  readonly queues: Queues;
  readonly receiverOf: (queue: QueueTopology) => Receiver;
  /** Whether it may hold work of an earlier process. */
  readonly isDurable: boolean;
  /** Resolves when all earlier writes can be read. */
  settled(): Promise<void>;
  /** Closes the storage. When it resolves, all content of a data directory is on disk. */
  stop(): Promise<void>;
}
