import { randomBytes } from 'node:crypto';
import type { BatchOperations } from '../batch-operations.ts';
import type { Receipt } from '../buffer/items.ts';
import { lateDedup } from '../buffer/late-dedup.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';
import { loadedOnce } from '../late-import.ts';
import { LateMemory } from '../memory/late-memory.ts';
import { Coalescer } from '../producer/coalescer.ts';
import { produce, writeItems } from '../producer/produce.ts';
import { tableName } from '../resource-names.ts';
import type { Clients } from '../store/clients.ts';
import { late } from '../store/late.ts';
import { lateTableStore } from '../store/late-table-store.ts';
import type { Queues } from '../store/queue-ports.ts';
import type { Services } from '../store/services.ts';
import { StoreTime } from '../store/store-time.ts';
import type { Table } from '../store/table-port.ts';
import { harmless } from '../telemetry/harmless.ts';
import type { LogLine } from '../telemetry/log-line.ts';
import { loadedTracing, untraced } from '../telemetry/tracing.ts';
import { Background } from './background.ts';
import { cachedControls } from './cached-controls.ts';
import { lateEmitter } from './late-emitter.ts';
import { lateOperations } from './late-operations.ts';
import { loadTable } from './load-table.ts';
import { remembering } from './remember.ts';
import { parseSettings, type Settings } from './settings.ts';
import { systemClock } from './system-clock.ts';

/** How long a process that ends waits for its background work. */
const CLOSING_MS = 10_000;
/** How long an invocation waits for background work before it answers. */
const ANSWERING_MS = 2_000;

/** 72 random bits: enough that no two calls of a deployment ever draw the same. */
const newId = (): string => randomBytes(9).toString('base64url');

const log = (line: LogLine): void => {
  console.log(JSON.stringify(line));
};

const warn: Services['warn'] = (message, error, { batch, job } = {}) => {
  const text = error instanceof Error ? `${message}: ${error.message}` : message;
  const about = [batch && `batch ${batch}`, job && `job ${job}`].filter(Boolean).join(', ');
  process.emitWarning(about === '' ? text : `${text} (${about})`, {
    type: 'CisternWarning',
    ...(error instanceof Error && error.stack && { detail: error.stack }),
  });
};

const loadOpenTelemetry = async () =>
  (await import('../telemetry/load-open-telemetry.ts')).loadOpenTelemetry();
const loadTracing = (warn: Services['warn']) =>
  loadedOnce(async () => (await import('../telemetry/late-tracing.ts')).lateTracing(loadOpenTelemetry, warn));

/** One process's access to its deployment. */
export class Deployment {
  readonly services: Services;
  readonly memory: LateMemory;
  readonly coalescer: Coalescer;
  #dynamodb: Clients['dynamodb'] | undefined;
  #sqs: Clients['sqs'] | undefined;
  #storeTime: StoreTime | undefined;
  readonly #adding = new Set<Promise<unknown>>();
  readonly #definitions = new Map<string, Definition>();
  #closed = false;

  /**
   * @param asked which deployment
   * @param given clients or services to use in place of the default ones
   * @throws SettingsError `settings.invalid`
   */
  constructor(asked: Settings, given: { clients?: Clients; services?: Partial<Services> } = {}) {
    const settings = parseSettings(asked);
    const { deployment, queueUrlBase, tableArn = tableName(deployment) } = settings;
    this.#sqs = given.clients?.sqs;
    // loaded with the first message: an add that neither opens nor fills a window sends none
    const queues = async (): Promise<Queues> => {
      const { createSqs, SqsQueues } = await import('../store/sqs-queues.ts');
      this.#sqs ??= createSqs(settings);
      return new SqsQueues(this.#sqs, deployment, queueUrlBase, batch => this.#definitions.get(batch)?.pool);
    };
    const storeTime = new StoreTime(systemClock);
    if (given.services?.clock === undefined) this.#storeTime = storeTime;
    const clock = given.services?.clock ?? storeTime.clock;
    const connect = async (): Promise<Table> => {
      const { connectTable } = await import('../store/connect-table.ts');
      const { client, table } = connectTable(tableArn, settings, this.#storeTime, given.clients?.dynamodb);
      this.#dynamodb = client;
      return table;
    };
    const store = given.services?.store ?? lateTableStore(late(connect), clock.now);
    if (given.services?.store === undefined) loadTable();
    const warnOf = given.services?.warn ?? warn;
    const background = new Background(clock, harmless(warnOf));
    const services: Services = {
      deployment,
      store,
      queues: given.services?.queues ?? late(queues),
      clock,
      newId,
      definitionOf: batch => this.#definitions.get(batch),
      definitions: () => [...this.#definitions.values()],
      ...cachedControls(store.controls, clock),
      log,
      note: () => {},
      measure: () => {},
      tracing: settings.tracing ? loadedTracing(loadTracing(warnOf)) : untraced,
      permitsGivenBack: new Map(),
      random: Math.random,
      warn,
      ...given.services,
      remember: remembering(clock),
      background,
      emit: lateEmitter(background, settings, warnOf, given.services?.emit),
    };
    const { log: logOf, note, measure, warn: warned } = services;
    this.services = {
      ...services,
      log: harmless(logOf),
      note: harmless(note),
      measure: harmless(measure),
      warn: harmless(warned),
    };
    this.memory = new LateMemory(this.services);
    this.coalescer = new Coalescer((...write) => writeItems(this.services, ...write), services.clock);
  }

  /**
   * Sets this process's clock by an answer of the store, if the store has not answered anything yet. Only callers that
   * use the time before their first read need it.
   */
  async knowTime(): Promise<void> {
    if (this.#storeTime === undefined || this.#storeTime.isKnown) return;
    try {
      await this.services.store.controls.readControl('');
    } catch (error) {
      this.services.warn('the store was asked for its time in vain', error);
    }
  }

  /** Makes definitions known to this process. Their options apply to all that it does for their batches. */
  know(definitions: readonly Definition[]): this {
    for (const definition of definitions) this.#definitions.set(definition.name, definition);
    if (definitions.some(({ deduplicateBy, dedupKeep }) => deduplicateBy && !dedupKeep)) void lateDedup();
    return this;
  }

  /** Makes the definition of a call known, unless a definition of its name is known already. */
  meet(definition: Definition): this {
    return this.#definitions.has(definition.name) ? this : this.know([definition]);
  }

  /**
   * Returns a definition's operations in this deployment. They are loaded with the first call, since a function that
   * only adds does not need them.
   */
  async operations<T, R>(definition: Definition): Promise<BatchOperations<T, R>> {
    const { operationsOf } = await lateOperations();
    return operationsOf<T, R>(this.meet(definition), definition);
  }

  /**
   * Adds items to a definition's buffers.
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
    this.meet(definition);
    const adding = produce(this, definition, items);
    this.#adding.add(adding);
    try {
      return await adding;
    } finally {
      this.#adding.delete(adding);
    }
  }

  /** Whether adds are under way. */
  get isAdding(): boolean {
    return this.#adding.size > 0;
  }

  /** Waits for the adds that are under way, and sends the items that are held in memory. */
  async flushHeld(): Promise<void> {
    this.coalescer.hurry();
    await Promise.allSettled(this.#adding);
    await this.memory.flush('shutdown');
  }

  /**
   * Waits until no accepted item or work is in this process alone. It waits up to 2 s for adds, up to 2 s for background
   * work, and up to 10 s for items in memory to reach their queues. Await it before the process may be frozen or ended.
   *
   * @throws CisternError `batch.not_sent`: items in memory have not reached their queue, and are kept. No later call throws
   *   for these again: it waits half a second for them
   * @example await deployment.settle();
   */
  async settle(): Promise<void> {
    const { background } = this.services;
    this.coalescer.hurry();
    await background.atMost(ANSWERING_MS, Promise.allSettled(this.#adding));
    await this.memory.flushBeforeAnswer();
    await background.settled(ANSWERING_MS);
  }

  /**
   * Sends the items that are held in memory, and closes all connections. Later adds are refused.
   *
   * @throws CisternError `batch.not_sent`: items in memory have not reached their queue within 10 s, and are lost
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.coalescer.hurry();
    // adds that are under way are still acknowledged, so their items have to be sent too
    await Promise.allSettled(this.#adding);
    try {
      await this.memory.end();
    } finally {
      // the ticker does what is left undone then, except for events
      await this.services.background.settled(CLOSING_MS);
      this.#dynamodb?.destroy();
      this.#sqs?.destroy();
    }
  }
}
