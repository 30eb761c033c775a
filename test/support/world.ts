import { randomBytes } from 'node:crypto';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { type Clients, createClients } from '#lib/store/clients';
import { type Topology, topology } from '#lib/topology';
import { consumer } from '../../functions/consumer.ts';
import { deadLetter } from '../../functions/dead-letter.ts';
import { timer } from '../../functions/timer.ts';
import { provision } from '../../local/engine/provision.ts';
import { type Engines, startEngines } from './engines/start-engines.ts';
import { type Fault, type FaultyClients, faultyClients } from './faulty-clients.ts';
import { type TestClock, testClock } from './test-clock.ts';

/** A deployment on the embedded engines in which nothing runs by itself: each step is the test's. */
export class World {
  readonly clock: TestClock = testClock();
  readonly #engines: Engines;
  readonly #clients: Clients;
  readonly #topology: Topology;
  readonly #queueUrlBase: string;
  readonly #definitions: readonly Definition[];
  /** A process that nothing happens to. */
  readonly healthy: Deployment;

  private constructor(
    engines: Engines,
    clients: Clients,
    topology: Topology,
    queueUrlBase: string,
    definitions: readonly Definition[],
  ) {
    this.#engines = engines;
    this.#clients = clients;
    this.#topology = topology;
    this.#queueUrlBase = queueUrlBase;
    this.#definitions = definitions;
    this.healthy = this.#deployment(clients);
  }

  /** A fresh deployment of these definitions on engines that several may share. */
  static async on(engines: Engines, definitions: readonly Definition[]): Promise<World> {
    const clients = createClients({ endpoints: engines });
    const parts = topology(`t${randomBytes(6).toString('hex')}`, definitions);
    return new World(engines, clients, parts, await provision(parts, clients), definitions);
  }

  static engines = startEngines;

  /** A process of its own, in which something may go wrong at one of its calls. */
  process(at?: number, fault?: Fault): { deployment: Deployment; clients: FaultyClients } {
    const clients = faultyClients({ endpoints: this.#engines }, at, fault);
    return { deployment: this.#deployment(clients), clients };
  }

  #deployment(clients: Clients): Deployment {
    return new Deployment(
      { deployment: this.#topology.deployment, queueUrlBase: this.#queueUrlBase },
      { clients, services: { clock: this.clock, warn: () => {} } },
    ).know(this.#definitions);
  }

  /** Fires the timers whose messages are there. Returns how many. */
  fireTimers(deployment: Deployment = this.healthy): Promise<number> {
    return this.#drain(this.#topology.timer.name, timer(deployment));
  }

  /** Runs the jobs whose messages are there, dead letters included. Returns how many. */
  async runJobs(deployment: Deployment = this.healthy): Promise<number> {
    let count = 0;
    for (const definition of this.#definitions) {
      const queues = this.#topology.batches.find(({ batch }) => batch === definition.name);
      if (!queues) continue;
      count += await this.#drain(queues.jobs.name, consumer(deployment, definition));
      count += await this.#drain(queues.dead.name, deadLetter(deployment));
    }
    return count;
  }

  /** Lets so much time pass that everything is due and every lock has lapsed, and the ticker and all else do their work. */
  async recover(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.clock.advance(120_000);
      const { store } = this.healthy.services;
      await runTicker(this.healthy.services, this.clock.now() + 1, { tickIntervalMs: 1 });
      await this.fireTimers();
      await this.runJobs();
      const left = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(t => store.index.due(t, 1e15, 10)));
      if (left.flat().length === 0) return;
    }
  }

  /** What the due index still has: empty when nothing is left behind. */
  async leftBehind(): Promise<string[]> {
    const { index } = this.healthy.services.store;
    const entries = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(tick => index.due(tick, 1e15, 100)));
    return entries.flat().map(entry => JSON.stringify(entry));
  }

  async #drain(queue: string, handler: (event: SQSEvent) => Promise<SQSBatchResponse>): Promise<number> {
    const QueueUrl = this.#queueUrlBase + queue;
    let count = 0;
    for (;;) {
      const { Messages = [] } = await this.#clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      if (Messages.length === 0) return count;
      count += Messages.length;
      const { batchItemFailures } = await handler(toEvent(Messages));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await Promise.all(
        Messages.filter(({ MessageId = '' }) => !failed.has(MessageId)).map(({ ReceiptHandle }) =>
          this.#clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
        ),
      );
    }
  }

  async stop(): Promise<void> {
    await this.healthy.close();
  }
}

function toEvent(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(({ MessageId = '', ReceiptHandle = '', Body = '' }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'test',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: 'us-east-1',
    })),
  };
}
