import type { Message } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { tableStore } from '#lib/store/table-store';
import { type Topology, topology } from '#lib/topology';
import { consumer } from '../../functions/consumer.ts';
import { deadLetter } from '../../functions/dead-letter.ts';
import { timer } from '../../functions/timer.ts';
import type { Receiver } from '../../local/event-sources/receiver.ts';
import { sqsEvent } from '../../local/event-sources/sqs-event.ts';
import { LocalQueues } from '../../local/queues/local-queues.ts';
import { MemoryTable } from '../../local/table/memory-table.ts';
import { type Fault, FaultyWire } from './faulty-wire.ts';
import { type TestClock, testClock } from './test-clock.ts';

const SETTINGS = { deployment: 'world', queueUrlBase: 'http://127.0.0.1/' };
const NEVER = new AbortController().signal;

/** A deployment on the local table and queues, in which nothing runs by itself: each step is the test's. */
export class World {
  readonly clock: TestClock = testClock();
  readonly table = new MemoryTable();
  readonly #topology: Topology;
  readonly #queues: LocalQueues;
  readonly #definitions: readonly Definition[];
  /** A process that nothing happens to. */
  readonly healthy: Deployment;

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions;
    this.#topology = topology(SETTINGS.deployment, definitions);
    this.#queues = new LocalQueues(this.#topology, this.clock);
    this.healthy = this.process().deployment;
  }

  /** A process of its own, in which something may go wrong at one of its calls. */
  process(at?: number, fault?: Fault): { readonly deployment: Deployment; readonly wire: FaultyWire } {
    const wire = new FaultyWire(at, fault);
    const store = tableStore(wire.to(this.table), this.clock.now);
    const queues = wire.to(this.#queues);
    const services = { store, queues, clock: this.clock, warn: () => {} };
    return { deployment: new Deployment(SETTINGS, { services }).know(this.#definitions), wire };
  }

  /** Fires the timers whose messages are there. Returns how many. */
  fireTimers(deployment: Deployment = this.healthy): Promise<number> {
    return this.#drain(this.#topology.timer.name, timer(deployment));
  }

  /** Runs the jobs whose messages are there, dead letters included. Returns how many. */
  async runJobs(deployment: Deployment = this.healthy): Promise<number> {
    let count = 0;
    for (const { batches, jobs } of this.#topology.consumers) {
      const [own, ...others] = this.#definitions.filter(({ name }) => batches.includes(name));
      if (own) count += await this.#drain(jobs.name, consumer(deployment, own, ...others));
    }
    return count + (await this.#drain(this.#topology.dead.name, deadLetter(deployment)));
  }

  /** Lets so much time pass that everything is due and every lock has lapsed, and the ticker and all else do their work. */
  async recover(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.clock.advance(120_000);
      await runTicker(this.healthy.services, this.clock.now() + 1, { tickIntervalMs: 1 });
      await this.fireTimers();
      await this.runJobs();
      if ((await this.leftBehind()).length === 0) return;
    }
  }

  /** A queue by its name. */
  queue(name: string): Receiver {
    return this.#queues.queue(name);
  }

  /** What the due index still has: empty when nothing is left behind. */
  async leftBehind(): Promise<string[]> {
    const { index } = this.healthy.services.store;
    const { entries } = await index.start(1_000);
    return entries.map(entry => JSON.stringify(entry));
  }

  async #drain(name: string, handler: (event: SQSEvent) => Promise<SQSBatchResponse>): Promise<number> {
    const queue = this.#queues.queue(name);
    for (let count = 0; ; ) {
      if ((await queue.count()).waiting === 0) return count;
      const messages = await queue.receive(10, NEVER);
      count += messages.length;
      const { batchItemFailures } = await handler(sqsEvent(messages, ''));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const done = messages.filter(({ MessageId = '' }: Message) => !failed.has(MessageId));
      await queue.delete(done.map(({ ReceiptHandle = '' }) => ReceiptHandle));
    }
  }

  async stop(): Promise<void> {
    await this.healthy.close();
  }
}
