import { randomBytes } from 'node:crypto';
import type { Receipt } from '../buffer/items.ts';
import type { Definition } from '../definition/options.ts';
import { CisternError, ERROR_CODES } from '../errors.ts';
import { MemoryBuffers } from '../memory/memory-buffers.ts';
import { Coalescer } from '../producer/coalescer.ts';
import { produce, writeItems } from '../producer/produce.ts';
import { type Clients, createClients } from '../store/clients.ts';
import { dynamoStore } from '../store/dynamo-store.ts';
import type { Services } from '../store/services.ts';
import { SqsQueues } from '../store/sqs-queues.ts';
import { tableName } from '../topology.ts';
import { parseSettings, type Settings } from './settings.ts';
import { flushOnSignals } from './signals.ts';
import { systemClock } from './system-clock.ts';

/** 72 random bits: enough that no two calls of a deployment ever draw the same. */
const newId = (): string => randomBytes(9).toString('base64url');

const warn = (message: string, error: unknown): void => {
  process.emitWarning(error instanceof Error ? `${message}: ${error.message}` : message, 'CisternWarning');
};

/** A deployment, as one process reaches it. */
export class Deployment {
  readonly services: Services;
  readonly memory: MemoryBuffers;
  readonly coalescer: Coalescer;
  readonly #clients: Clients;
  #stopSignals: (() => void) | undefined;
  readonly #adding = new Set<Promise<unknown>>();
  #closed = false;

  /**
   * @param settings which deployment
   * @param given clients or services other than the usual ones
   * @throws SettingsError `settings.invalid`
   */
  constructor(settings: Settings, given: { clients?: Clients; services?: Partial<Services> } = {}) {
    const { deployment, queueUrlBase } = parseSettings(settings);
    this.#clients = given.clients ?? createClients(settings);
    const clock = given.services?.clock ?? systemClock;
    this.services = {
      deployment,
      store: dynamoStore(this.#clients.dynamodb, tableName(deployment), clock.now),
      queues: new SqsQueues(this.#clients.sqs, deployment, queueUrlBase),
      clock,
      newId,
      warn,
      ...given.services,
    };
    this.memory = new MemoryBuffers(this.services);
    this.coalescer = new Coalescer((...write) => writeItems(this.services, ...write));
  }

  /**
   * Takes items for a definition.
   *
   * @returns a receipt per item, in their order
   * @throws ItemError, AddIncompleteError; `batch.closed` after close()
   */
  async add(definition: Definition, items: readonly unknown[]): Promise<Receipt[]> {
    if (this.#closed) {
      throw new CisternError(
        ERROR_CODES.closed,
        'This process has closed its deployment; nothing can be added.',
      );
    }
    // what a process holds in memory goes to its queue when the process is told to end
    if (!definition.persist) this.#stopSignals ??= flushOnSignals(this.memory);
    const adding = produce(this, definition, items);
    this.#adding.add(adding);
    try {
      return await adding;
    } finally {
      this.#adding.delete(adding);
    }
  }

  /** Sends what is held in memory, and lets go of all connections. Nothing can be added afterwards. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // what is being added is acknowledged yet, and is not to be left behind
    await Promise.allSettled(this.#adding);
    await this.memory.flush('shutdown');
    this.#stopSignals?.();
    this.#clients.dynamodb.destroy();
    this.#clients.sqs.destroy();
  }
}
