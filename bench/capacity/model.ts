import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { answering } from '#lib/deployment/answering';
import { Deployment } from '#lib/deployment/deployment';
import type { Clients } from '#lib/store/clients';
import { batchesKey } from '#lib/store/keys';
import { toMessageBody } from '#lib/store/message-body';
import type { Queues } from '#lib/store/queue-ports';
import { tableStore } from '#lib/store/table-store';
import { topology } from '#lib/topology';
import { consumer } from '../../functions/consumer.ts';
import { ticker } from '../../functions/ticker.ts';
import { timer } from '../../functions/timer.ts';
import { random } from '../../test/support/random.ts';
import { silent } from '../../test/support/silent.ts';
import { Account, type LambdaFunction } from './lambda.ts';
import { Limits } from './limits.ts';
import type { Load } from './load.ts';
import { MeteredTable } from './metered-table.ts';
import type { Process } from './process.ts';
import { PolledQueue } from './queue.ts';
import { type Life, reached } from './requests.ts';
import { VirtualTime } from './virtual-time.ts';

const BATCH = 'load';
const MINUTE_MS = 60_000;
/** What a handler takes. */
const HANDLER_MS = 100;

export interface LoadItem {
  readonly n: number;
  readonly group: string;
  /** When its add was called, in ms since the epoch. */
  readonly at: number;
  readonly text: string;
}

const KEY = ({ n }: LoadItem): string => String(n);

/** How late a batch's handler began, and how many items it got. */
export interface Handled {
  readonly lateMs: number;
  readonly items: number;
  readonly at: number;
}

/** A deployment of the real code, in virtual time, with AWS's limits around it. */
export class Model {
  readonly time = new VirtualTime();
  readonly limits: Limits;
  readonly table: MeteredTable;
  readonly account: Account;
  readonly handled: Handled[] = [];
  /** How often each item was in a batch whose handler ended. */
  readonly ended = new Map<number, number>();
  readonly ingest: LambdaFunction;
  readonly #load: Load;
  readonly #draw = random(1);
  readonly #queues: Queues;
  readonly #polled: readonly PolledQueue[];
  #ids = 0;

  constructor(load: Load) {
    const { quotas, slice = 1, pollers = 'warm', trouble } = load;
    this.#load = load;
    this.limits = new Limits(quotas, slice, this.time.now);
    this.table = new MeteredTable(this.limits);
    this.account = new Account(this.time, this.limits);
    const parts = topology('model', [this.#define({ isOver: false }, () => {})]);
    const [own] = parts.consumers;
    if (own === undefined) throw new Error('The definition has no consumer.');
    const boot = () => this.process();
    const { functions } = parts;
    this.ingest = this.account.function(functions.ingest.memoryMb, boot);
    const common = { time: this.time, draw: this.#draw, pollers };
    const timers = new PolledQueue({
      ...common,
      settings: parts.timer,
      fn: this.account.function(functions.timer.memoryMb, boot),
      handle: ({ deployment }, event) =>
        answering(
          () => deployment,
          () => timer(deployment)(event),
        ),
    });
    const jobs = new PolledQueue({
      ...common,
      settings: own.jobs,
      fn: this.account.function(own.function.memoryMb, boot),
      handle: ({ deployment, definition }, event) =>
        answering(
          () => deployment,
          () => consumer(deployment, definition)(event),
        ),
    });
    this.#polled = [timers, jobs];
    this.#queues = {
      sendJob: async (_batch, message) => jobs.send(toMessageBody(message)),
      sendTimer: async (message, delaySeconds) => timers.send(toMessageBody(message), delaySeconds),
      sendDead: async () => {},
      setVisibility: async (_queue, _batch, receipt, seconds) => jobs.setVisibility(receipt, seconds),
    };
    const tickerFunction = this.account.function(functions.ticker.memoryMb, boot);
    const tickers = new Map<Deployment, () => Promise<void>>();
    this.time.every(MINUTE_MS, () => {
      void tickerFunction(({ deployment }) => {
        const tick = tickers.get(deployment) ?? ticker(deployment);
        tickers.set(deployment, tick);
        return answering(() => deployment, tick);
      }).catch(() => {});
    });
    if (trouble?.refused) {
      const { share, fromSecond, seconds } = trouble.refused;
      this.time.after(fromSecond * 1_000, () => this.limits.refuse(share, seconds * 1_000, this.#draw));
    }
  }

  #define(life: Life, die: () => void): Definition {
    const { maxSize = 1_000, maxWaitMs = 10_000, groups = 1, keyed, lingerMs = 0, trouble } = this.#load;
    return batch<LoadItem>({
      name: BATCH,
      maxSize,
      maxWaitMs,
      retries: { max: 5 },
      ...(groups > 1 && { groupBy: ({ group }) => group }),
      ...(keyed && {
        deduplicateBy: keyed === 'at the add' ? KEY : { key: KEY, at: 'flush', keep: 'first' },
      }),
      ...(lingerMs > 0 && { lingerMs }),
      handler: async ({ batch: items, createdAt, flushReason }) => {
        const now = this.time.now();
        const wanted =
          flushReason === 'time'
            ? createdAt.getTime() + maxWaitMs
            : items.reduce((last, { at }) => Math.max(last, at), 0);
        this.handled.push({ lateMs: now - wanted, items: items.length, at: now });
        await this.time.sleep(HANDLER_MS);
        if (this.#draw() < (trouble?.dying ?? 0)) die();
        if (life.isOver) await new Promise(() => {});
        for (const { n } of items) this.ended.set(n, (this.ended.get(n) ?? 0) + 1);
      },
    }) as unknown as Definition;
  }

  /** Starts a process. */
  process(): Process {
    const { time } = this;
    const life: Life = { isOver: false };
    let die = (): void => {};
    const death = new Promise<never>((_, reject) => {
      die = () => {
        life.isOver = true;
        reject(new Error('The process has died.'));
      };
    });
    death.catch(() => {});
    const definition = this.#define(life, die);
    const store = tableStore(reached(this.table, 'table', time, this.#draw, life), time.now);
    const services = {
      ...silent,
      store,
      queues: reached(this.#queues, 'queues', time, this.#draw, life),
      clock: time,
      newId: () => `id${this.#ids++}`,
      random: this.#draw,
    };
    const settings = { deployment: 'model', queueUrlBase: 'http://127.0.0.1/' };
    const deployment = new Deployment(settings, { clients: {} as Clients, services }).know([definition]);
    return { deployment, definition, life, death };
  }

  /** Gives the batch so many partitions, as the ticker has done in a deployment that was busy before. */
  async spreadOver(parts: number): Promise<void> {
    await this.table.update(batchesKey, {
      update: 'SET #batch = :parts',
      creates: true,
      values: { parts },
      aliases: { batch: `batch:${BATCH}` },
    });
  }

  /** Requests that were made of SQS. */
  get sqsRequests(): number {
    return this.#polled.reduce((sum, { requests }) => sum + requests, 0);
  }

  /** Messages in the queues. */
  get messages(): number {
    return this.#polled.reduce((sum, { size }) => sum + size, 0);
  }
}
