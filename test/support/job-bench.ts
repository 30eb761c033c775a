import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { BatchEvent } from '#lib/definition/events';
import type { JobInfo } from '#lib/definition/job-info';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import type { DeliveryResult } from '#lib/jobs/delivery';
import { runJob } from '#lib/jobs/run';
import type { Services } from '#lib/store/services';
import type { LogLine } from '#lib/telemetry/log-line';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';
import { stillClock } from './still-clock.ts';

/** Queues in memory that tell for how long messages were hidden. */
class WatchedQueues extends MemoryQueues {
  readonly hidden: number[] = [];

  override async setVisibility(...given: unknown[]): Promise<void> {
    this.hidden.push(Number(given.at(-1)));
  }
}

/** A delivery's result, and for how many seconds its message was hidden last. */
export interface Delivered {
  readonly result: DeliveryResult;
  readonly hiddenSeconds: number | undefined;
}

/** One batch in a deployment in memory, on a clock that stands still, in which every delivery is the test's. */
export class JobBench {
  readonly clock = stillClock();
  readonly store = new MemoryStore(this.clock.now);
  readonly queues = new WatchedQueues();
  readonly events: BatchEvent[] = [];
  readonly lines: LogLine[] = [];
  readonly warnings: string[] = [];
  readonly deployment: Deployment;
  readonly operations: BatchOperations;
  readonly definition: Definition;

  /** @param definition what batch() has made */
  constructor(definition: object, change: Partial<Services> = {}) {
    this.definition = definition as Definition;
    this.deployment = new Deployment(
      { deployment: 'bench', queueUrlBase: 'http://127.0.0.1/' },
      {
        services: {
          store: this.store,
          queues: this.queues,
          clock: this.clock,
          emit: async event => void this.events.push(event),
          log: line => this.lines.push(line),
          warn: message => this.warnings.push(message),
          ...change,
        },
      },
    ).know([this.definition]);
    this.operations = operationsOf(this.deployment, this.definition);
  }

  /** Adds items, and flushes them. Returns their job's id. */
  async flushed(...items: unknown[]): Promise<string> {
    const [receipt] = await this.deployment.add(this.definition, items);
    await this.operations.flush();
    return receipt?.job ?? '';
  }

  /** Delivers the oldest job message once, and deletes it if it is done. */
  deliver(): Promise<Delivered> {
    const { services } = this.deployment;
    return this.#deliver(this.queues.jobs, delivery => runJob(services, this.definition, delivery));
  }

  /** Delivers the oldest dead letter once, likewise. */
  deliverDead(): Promise<Delivered> {
    return this.#deliver(this.queues.dead, delivery => handleDeadLetter(this.deployment.services, delivery));
  }

  async #deliver(
    queue: MemoryQueues['jobs'],
    handle: (delivery: Parameters<typeof handleDeadLetter>[1]) => Promise<DeliveryResult>,
  ): Promise<Delivered> {
    const [held] = queue;
    if (held === undefined) throw new Error('There is no message.');
    this.queues.hidden.length = 0;
    const result = await handle({ message: held.message, receiptHandle: 'receipt' });
    if (result === 'done') this.queues.delete(held);
    return { result, hiddenSeconds: this.queues.hidden.at(-1) };
  }

  /** The record of a job that has to be there. */
  async job(id: string): Promise<JobInfo> {
    const job = await this.operations.getJob(id);
    if (job === undefined) throw new Error(`There is no job ${id}.`);
    return job;
  }
}
