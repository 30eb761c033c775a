import { addressed, toMessageBody } from '#lib/store/message-body';
import type { JobMessage, Queues, TimerMessage } from '#lib/store/queue-ports';
import type { Clock } from '#lib/store/services';
import { type ConsumerTopology, consumerOf, type QueueTopology, type Topology } from '#lib/topology';
import type { JournalPart } from '../journal/lmdb-journal.ts';
import { LocalQueue, type StoredMessage } from './local-queue.ts';

/** A deployment's queues in this process. */
export class LocalQueues implements Queues {
  readonly #topology: Topology;
  readonly #queues: ReadonlyMap<string, LocalQueue>;

  /** @param journal keeps the messages, and has those of an earlier process. Default: they are in memory alone */
  constructor(topology: Topology, clock: Clock, journal?: JournalPart) {
    this.#topology = topology;
    const queues = new Map<string, LocalQueue>();
    const make = (queue: QueueTopology) => {
      const { redrive } = queue;
      const deadLetter =
        redrive &&
        ((message: StoredMessage) => this.queue(redrive.queue).take({ ...message, queue: redrive.queue }));
      queues.set(queue.name, new LocalQueue({ queue, clock, journal, ...(deadLetter && { deadLetter }) }));
    };
    make(topology.timer);
    make(topology.dead);
    for (const { jobs } of topology.consumers) make(jobs);
    this.#queues = queues;
    // messages of a batch without a definition stay in the journal for a later start
    for (const message of (journal?.values() ?? []) as Iterable<StoredMessage>) {
      queues.get(message.queue)?.restore(message);
    }
  }

  /** Returns a queue by its name. */
  queue(name: string): LocalQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new Error(`There is no queue ${name}.`);
    return queue;
  }

  sendJob(batch: string, message: JobMessage): Promise<void> {
    const { pool, jobs } = this.#consumer(batch);
    return this.queue(jobs.name).send(toMessageBody(addressed(message, batch, pool)));
  }

  sendDead(_batch: string, message: JobMessage): Promise<void> {
    return this.queue(this.#topology.dead.name).send(toMessageBody(message));
  }

  sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    return this.queue(this.#topology.timer.name).send(toMessageBody(message), delaySeconds);
  }

  setVisibility(
    queue: 'jobs' | 'dead',
    batch: string,
    receiptHandle: string,
    seconds: number,
  ): Promise<void> {
    const { name } = queue === 'jobs' ? this.#consumer(batch).jobs : this.#topology.dead;
    return this.queue(name).setVisibility(receiptHandle, seconds);
  }

  #consumer(batch: string): ConsumerTopology {
    const consumer = consumerOf(this.#topology, batch);
    if (consumer === undefined) throw new Error(`There is no queue for the jobs of ${batch}.`);
    return consumer;
  }
}
