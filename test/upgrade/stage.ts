import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import type { Clients } from '#lib/store/clients';
import type { Store } from '#lib/store/ports';
import type { JobMessage, Queues, TimerMessage } from '#lib/store/queue-ports';
import type { Services } from '#lib/store/services';
import { tableStore } from '#lib/store/table-store';
import { consumer } from '../../functions/consumer.ts';
import { deadLetter } from '../../functions/dead-letter.ts';
import { timer } from '../../functions/timer.ts';
import { sqsRecord } from '../support/sqs-record.ts';
import { stillClock } from '../support/still-clock.ts';
import { inMemory, type StageTable, type WireRecord } from './stage-table.ts';

/** A message in a queue of the stage, as SQS would have it. */
export interface StoredMessage {
  readonly queue: 'jobs' | 'dead' | 'timers';
  /** Undefined for timers. */
  readonly batch?: string;
  readonly body: string;
}

/** What a deployment has stored: its table's records as DynamoDB writes them, and the messages in its queues. */
export interface Stored {
  readonly at: number;
  readonly deployment: string;
  readonly records: readonly WireRecord[];
  readonly messages: readonly StoredMessage[];
}

/** Queues whose messages stay until a process is done with them; nothing is hidden. */
class StageQueues implements Queues {
  readonly held: StoredMessage[] = [];

  async sendJob(batch: string, message: JobMessage): Promise<void> {
    this.held.push({ queue: 'jobs', batch, body: JSON.stringify(message) });
  }

  async sendDead(batch: string, message: JobMessage): Promise<void> {
    this.held.push({ queue: 'dead', batch, body: JSON.stringify(message) });
  }

  async sendTimer(message: TimerMessage): Promise<void> {
    this.held.push({ queue: 'timers', body: JSON.stringify(message) });
  }

  async setVisibility(): Promise<void> {}
}

/** A process of the stage: its deployment, the definitions that it was built with, and what it warned of. */
export interface Process {
  readonly deployment: Deployment;
  readonly services: Services;
  readonly definitions: readonly Definition[];
  readonly warnings: unknown[];
}

export interface ProcessOptions {
  /** Has the process reach the store through something of the test's. */
  readonly through?: (store: Store) => Store;
  readonly services?: Partial<Services>;
  /** The schema version that it writes, and the latest that it reads. Default: this version's own. */
  readonly schema?: number;
}

/**
 * A table and queues that processes of several versions share, on a clock that stands still. Nothing runs by itself:
 * each step is the test's.
 */
export class Stage {
  readonly clock = stillClock();
  readonly queues = new StageQueues();
  readonly name: string;
  readonly table: StageTable;
  #processes = 0;

  /** @param table where its processes keep their records. Default: in memory */
  constructor(name = 'upgrade', table: StageTable = inMemory()) {
    this.name = name;
    this.table = table;
  }

  /** What another deployment has stored, in a stage of its own, at the time at which it was dumped. */
  static async with(stored: Stored, table?: StageTable): Promise<Stage> {
    const stage = new Stage(stored.deployment, table);
    for (const record of stored.records) await stage.table.put(record);
    stage.queues.held.push(...stored.messages);
    stage.clock.advance(stored.at - stage.clock.now());
    return stage;
  }

  process(
    definitions: readonly Definition[],
    { through = store => store, services = {}, schema }: ProcessOptions = {},
  ): Process {
    const { clock, queues } = this;
    const number = this.#processes++;
    let ids = 0;
    const warnings: unknown[] = [];
    const store = through(tableStore(this.table.table, clock.now, { version: schema }));
    const deployment = new Deployment(
      { deployment: this.name, queueUrlBase: 'http://127.0.0.1/' },
      {
        clients: {} as Clients,
        services: {
          store,
          queues,
          clock,
          newId: () => `p${number}-${ids++}-${clock.now().toString(36)}`,
          random: () => 0.5,
          emit: async () => {},
          log: () => {},
          warn: (_, error) => void warnings.push(error),
          ...services,
        },
      },
    ).know(definitions);
    return { deployment, services: deployment.services, definitions, warnings };
  }

  /**
   * Hands every message that is there to a process, once; those that it is done with are gone.
   *
   * @param only of this batch. Default: all, and timers
   */
  async deliver({ deployment, definitions }: Process, only?: string): Promise<void> {
    for (const message of this.queues.held.filter(({ batch }) => only === undefined || batch === only)) {
      const definition = definitions.find(({ name }) => name === message.batch);
      let handle: ((event: SQSEvent) => Promise<SQSBatchResponse>) | undefined;
      if (message.queue === 'timers') handle = timer(deployment);
      else if (message.queue === 'dead') handle = deadLetter(deployment);
      else if (definition) handle = consumer(deployment, definition);
      if (handle === undefined) continue;
      const { batchItemFailures } = await handle({ Records: [toRecord(message)] });
      const at = this.queues.held.indexOf(message);
      if (batchItemFailures.length === 0 && at >= 0) this.queues.held.splice(at, 1);
    }
  }

  /** One look of a ticker at what is due. */
  tick({ services }: Process): ReturnType<typeof runTicker> {
    return runTicker(services, this.clock.now() + 1, { tickIntervalMs: 1 });
  }

  /** Lets time pass, minute by minute, while a process does all that is to be done. */
  async run(process: Process, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      this.clock.advance(60_000);
      await this.tick(process);
      await this.deliver(process);
    }
  }

  /** All records of the table, in the order of their keys. */
  async records(): Promise<WireRecord[]> {
    return [...(await this.table.records())].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  async dump(): Promise<Stored> {
    return {
      at: this.clock.now(),
      deployment: this.name,
      records: await this.records(),
      messages: [...this.queues.held],
    };
  }

  stop(): void {
    this.table.stop();
  }
}

const keyOf = ({ pk, sk }: WireRecord): string => `${pk?.S} ${sk?.S}`;

const toRecord = ({ body }: StoredMessage): SQSRecord =>
  sqsRecord({ messageId: 'message', receiptHandle: 'receipt', body });
