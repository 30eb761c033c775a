import { AddIncompleteError, batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { buryJob } from '#lib/jobs/bury';
import { callHandler } from '#lib/jobs/call-handler';
import { dropSeenKeys } from '#lib/jobs/drop-seen-keys';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import { createClients } from '#lib/store/clients';
import type { Store } from '#lib/store/ports';
import { MAX_RECEIVE_COUNT } from '#lib/topology';
import { Judge } from './judge.ts';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';
import { Scheduler } from './scheduler.ts';
import { seededRandom } from './seeded-random.ts';
import { MISHAPS, type Mishap, SimulatedProcess, type SimulatedTime } from './simulated-process.ts';

interface Item {
  readonly id: string;
}

/** A process that adds. */
export interface Writer {
  /** Its build's maxSize: while a deployment rolls out there are two. */
  readonly maxSize: number;
  /** The dedup keys of each add's items. */
  readonly adds: readonly (readonly number[])[];
  /** Whether its adds are under way at the same time. */
  readonly atOnce: boolean;
  readonly skew: number;
}

/** One run: what happens is given, when is drawn by the seed. */
export interface Scenario {
  readonly seed: number;
  readonly writers: readonly Writer[];
  readonly dedup: boolean;
  readonly maxBytes: number | undefined;
  readonly consumers: number;
  /** How likely a request meets a mishap. */
  readonly mishaps: number;
  /** How likely a step lets more time pass than anybody expects. */
  readonly leaps: number;
  /** How likely a handler throws. */
  readonly failures: number;
}

const MAX_WAIT_MS = 500;
const LEAPS_MS = [300, 3_000, 40_000, 70_000] as const;
const RECOVERY_ROUNDS = 12;
/** Items are named `key/copy`, so that copies share a dedup key. */
const keyOf = (id: string): string => id.split('/')[0] ?? id;

/** One set of clients for all: nothing in a simulation ever asks them for anything. */
const CLIENTS = createClients({ endpoints: { dynamodb: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:1' } });

/** Plants a mistake in the store, to see that it is found. */
export type Plant = (store: MemoryStore) => Store;

/**
 * Plays a scenario on a store in memory, has everything recovered, and judges.
 *
 * @returns the breaches of the invariants, in words; empty when there are none
 */
export async function simulate(scenario: Scenario, plant: Plant = store => store): Promise<string[]> {
  return new Simulation(scenario, plant).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #random;
  readonly #store = new MemoryStore();
  readonly #seen: Store;
  readonly #queues = new MemoryQueues();
  readonly #judge = new Judge();
  readonly #scheduler: Scheduler;
  readonly #time: SimulatedTime = { now: 1_000_000_000 };
  readonly #refused = new Set<string>();
  readonly #breaches = new Set<string>();
  #ids = 0;
  #recovering = false;

  constructor(scenario: Scenario, plant: Plant) {
    this.#scenario = scenario;
    this.#random = seededRandom(scenario.seed);
    this.#seen = plant(this.#store);
    this.#scheduler = new Scheduler(this.#random, () => this.#look());
  }

  async run(): Promise<string[]> {
    const { writers, consumers } = this.#scenario;
    let writing = writers.length;
    const write = async (writer: Writer, number: number) => {
      await this.#process(writer.skew).do(process => this.#write(process, writer, number));
      writing -= 1;
    };
    const meanwhile = async (task: () => Promise<unknown>) => {
      // at least once after the last writer has ended
      for (let last = false; !last; ) {
        last = writing === 0;
        await task();
        await this.#scheduler.turn();
      }
    };
    await this.#scheduler.run([
      ...writers.map((writer, number) => () => write(writer, number)),
      ...Array.from({ length: consumers }, () => () => meanwhile(() => this.#deliverJob())),
      () => meanwhile(() => this.#deliverTimer()),
      () => meanwhile(() => this.#tick()),
    ]);
    await this.#recover();
    // a request may arrive after all others have given it up
    await this.#scheduler.drain();
    await this.#recover();
    return this.#verdict();
  }

  #process(skew = this.#random.pick([0, 0, 0, -3_000, 3_000, 90_000])): SimulatedProcess {
    const recovering = this.#recovering;
    return new SimulatedProcess({
      scheduler: this.#scheduler,
      store: this.#seen,
      queues: this.#queues,
      time: this.#time,
      clients: CLIENTS,
      newId: () => `id${++this.#ids}`,
      skew: recovering ? 0 : skew,
      mishap: () => (recovering ? undefined : this.#mishap()),
    });
  }

  #mishap(): Mishap | undefined {
    return this.#random.chance(this.#scenario.mishaps) ? this.#random.pick(MISHAPS) : undefined;
  }

  /** After each step: invariant 5, and perhaps more time passes. */
  #look(): void {
    for (const lost of this.#store.undiscoverable()) this.#breaches.add(`undiscoverable: ${lost}`);
    if (!this.#recovering && this.#random.chance(this.#scenario.leaps)) {
      this.#time.now += this.#random.pick(LEAPS_MS);
    }
  }

  #definition(maxSize: number): Definition {
    const { dedup, maxBytes } = this.#scenario;
    return batch<Item>({
      name: 'simulated',
      maxSize,
      maxWaitMs: MAX_WAIT_MS,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(dedup && { deduplicateBy: item => keyOf(item.id) }),
      handler: context => {
        this.#judge.handler(context);
        if (!this.#recovering && this.#random.chance(this.#scenario.failures)) throw new Error('It failed.');
      },
    }) as unknown as Definition;
  }

  async #write({ deployment }: SimulatedProcess, writer: Writer, number: number): Promise<void> {
    const definition = this.#definition(writer.maxSize);
    const add = async (keys: readonly number[], call: number) => {
      const ids = keys.map((key, at) => `${this.#scenario.dedup ? key : ''}/${number}.${call}.${at}`);
      try {
        const receipts = await deployment.add(
          definition,
          ids.map(id => ({ id })),
        );
        ids.forEach((id, at) => {
          const receipt = receipts[at];
          if (receipt) this.#judge.acknowledge(id, receipt);
        });
      } catch (error) {
        if (!(error instanceof AddIncompleteError)) throw error;
        for (const { index, receipt } of error.stored) this.#judge.acknowledge(ids[index] ?? '', receipt);
        for (const index of error.notStored) this.#refused.add(ids[index] ?? '');
      }
    };
    if (writer.atOnce) await Promise.all(writer.adds.map(add));
    else for (const [call, keys] of writer.adds.entries()) await add(keys, call);
  }

  /** Hands a job's message to a consumer; it stays, and may be handed to others, until it is done. */
  async #deliverJob(): Promise<void> {
    const held = this.#queues.jobs[this.#random.below(this.#queues.jobs.length)];
    if (held === undefined) return;
    held.receives += 1;
    const { message } = held;
    await this.#process().do(async ({ services }) => {
      const result = await (held.receives > MAX_RECEIVE_COUNT
        ? buryJob(services, message)
        : runJob(services, this.#definition(4), { message, receiptHandle: '' })
      ).catch(() => 'again');
      if (result === 'done' && !this.#random.chance(this.#scenario.mishaps)) this.#queues.delete(held);
    });
  }

  async #deliverTimer(): Promise<void> {
    const held = this.#queues.timers[this.#random.below(this.#queues.timers.length)];
    if (held === undefined) return;
    await this.#process().do(async ({ services }) => {
      const done = await fireTimer(services, held.message).then(
        () => true,
        () => false,
      );
      if (done) this.#queues.delete(held);
    });
  }

  async #tick(): Promise<void> {
    await this.#process().do(({ services }) =>
      runTicker(services, services.clock.now() + 1, { tickIntervalMs: 1 }).catch(() => {}),
    );
  }

  /** Lets so much time pass that everything is due and every lock has lapsed, while nothing goes wrong. */
  async #recover(): Promise<void> {
    this.#recovering = true;
    for (let round = 0; round < RECOVERY_ROUNDS; round++) {
      this.#time.now += 120_000;
      const jobs = async () => {
        for (let left = 2 * this.#queues.jobs.length; left > 0; left--) await this.#deliverJob();
      };
      const timers = async () => {
        while (this.#queues.timers.length > 0) await this.#deliverTimer();
      };
      await this.#scheduler.run([() => this.#tick()]);
      await this.#scheduler.run([jobs, timers]);
      if ((await this.#left()).length === 0 && this.#queues.jobs.length === 0) return;
    }
  }

  async #left(): Promise<string[]> {
    const ticks = [0, 1, 2, 3, 4, 5, 6, 7];
    const entries = await Promise.all(ticks.map(tick => this.#store.index.due(tick, Infinity, 10)));
    return entries.flat().map(entry => `left behind: ${JSON.stringify(entry)}`);
  }

  async #verdict(): Promise<string[]> {
    const { writers, dedup } = this.#scenario;
    // a dead job keeps its items for whoever looks at it: they are its batch
    const { deployment } = this.#process();
    for (const job of this.#store.jobs.all.values()) {
      if (job.status !== 'dead') continue;
      const definition = this.#definition(4);
      await this.#scheduler.run([
        async () => {
          const { items } = await readWindow(deployment.services, job.id, job.count);
          if (items.length > 0)
            await callHandler(definition, job, dropSeenKeys(items, definition.deduplicateBy));
        },
      ]);
    }
    const maxSize = Math.max(...writers.map(writer => writer.maxSize));
    const stored = this.#judge.batches.flat().filter(id => this.#refused.has(id));
    return [
      ...this.#breaches,
      ...this.#judge.verdict(maxSize, dedup ? keyOf : undefined),
      ...stored.map(id => `${id} is in a batch, and its producer was told that it is not stored`),
      ...(await this.#left()),
    ];
  }
}
