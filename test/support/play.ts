import { AddIncompleteError, batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Background } from '#lib/deployment/background';
import { cachedControls } from '#lib/deployment/cached-controls';
import { Deployment } from '#lib/deployment/deployment';
import { remembering } from '#lib/deployment/remember';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import type { Job } from '#lib/store/records';
import type { Services } from '#lib/store/services';
import { interleaved, type Mishap, type SharedWorld, sharedWorld, type Turn, turns } from './interleaved.ts';
import { Judge } from './judge.ts';
import { MarkedKeys, type PlacedItem } from './marked-keys.ts';
import { random } from './random.ts';
import { silent } from './silent.ts';

export interface Play {
  readonly seed: number;
  readonly maxSize: number;
  readonly otherSize: number;
  readonly maxWaitMs: number;
  readonly dedup: boolean;
  /** For which dedup keys outlive their windows. */
  readonly ttlMs?: number;
  /** Times that the clock leaps ahead, by up to one and a half times the ttl. */
  readonly leaps: number;
  /** Per writer, per call, the items: `key/copy`. */
  readonly writers: readonly (readonly (readonly string[])[])[];
  /** Mishaps in a hundred calls. */
  readonly mishaps: number;
  /** Calls of a hundred that are on their way for long, while all others go on. */
  readonly stalls: number;
}

/** What a mutant changes: the protocol without one of its steps has to be found out. */
export type Mutation = (services: Services) => Services;

const MISHAPS = ['die before', 'die after', 'lost answer', 'applied later'] as const;
const NAME = 'play';

const keyOf = (id: string): string => id.split('/')[0] ?? id;

/** All who take part in a play, each a process of its own, and the world that they share. */
class Cast {
  readonly judge = new Judge();
  readonly world: SharedWorld = sharedWorld(() => this.#ahead);
  readonly marked: MarkedKeys | undefined;
  readonly #play: Play;
  readonly #definition: Definition;
  /** The same batch in a build with another maxSize, while both are deployed. */
  readonly #other: Definition;
  readonly #next: () => number;
  readonly #turn: Turn;
  readonly #mutate: Mutation;
  #ahead = 0;
  #ids = 0;

  constructor(play: Play, mutate: Mutation) {
    this.#play = play;
    this.#next = random(play.seed);
    this.#turn = turns(this.#next);
    this.#mutate = mutate;
    this.#definition = this.#define(play.maxSize);
    this.#other = this.#define(play.otherSize);
    this.marked = play.ttlMs === undefined ? undefined : new MarkedKeys(this.world.store.windows, play.ttlMs);
  }

  #define(maxSize: number): Definition {
    const { dedup, ttlMs, maxWaitMs } = this.#play;
    const key = (item: { id: string }) => keyOf(item.id);
    let failures = 3;
    return batch<{ id: string }>({
      name: NAME,
      maxSize,
      maxWaitMs,
      retries: { max: 2 },
      deadLetter: { enabled: true },
      ...(dedup && { deduplicateBy: ttlMs === undefined ? key : { key, ttlMs } }),
      handler: context => {
        this.judge.handler(context);
        // some batches are run again, to see whether they stay what they were
        if (failures-- > 0) throw new Error('once more');
      },
    }) as unknown as Definition;
  }

  /** A process of its own; `mishaps` of a hundred of its calls go wrong. */
  process(mishaps = this.#play.mishaps): Deployment {
    const mishap = (): Mishap => {
      if (mishaps > 0 && this.#next() * 100 < this.#play.stalls) return 'stall';
      if (this.#next() * 100 >= mishaps) return 'none';
      return MISHAPS[Math.floor(this.#next() * MISHAPS.length)] ?? 'none';
    };
    const alive = { dead: false };
    const clock = {
      now: () => this.#ahead,
      sleep: async (ms: number) => {
        this.#ahead += ms;
        await this.#turn();
      },
      after: () => () => {},
      every: () => () => {},
    };
    const store = interleaved(this.world.store, this.#turn, mishap, alive);
    const services: Services = {
      deployment: NAME,
      store,
      queues: interleaved(this.world.queues, this.#turn, mishap, alive),
      clock,
      newId: () => `id${this.#ids++}`,
      definitionOf: () => this.#definition,
      definitions: () => [this.#definition],
      controlOf: cachedControls(store.controls, clock),
      permitsGivenBack: new Map(),
      remember: remembering(clock),
      background: new Background(clock, silent.warn),
      random: this.#next,
      ...silent,
    };
    return new Deployment(
      { deployment: NAME, queueUrlBase: 'http://127.0.0.1/' },
      { services: this.#mutate(services) },
    );
  }

  async write(calls: readonly (readonly string[])[], number: number): Promise<void> {
    const writer = this.process();
    for (const ids of calls) {
      try {
        const receipts = await writer.add(
          number % 2 === 0 ? this.#definition : this.#other,
          ids.map(id => ({ id })),
        );
        receipts.forEach((receipt, at) => {
          this.judge.acknowledge(ids[at] ?? '', receipt);
        });
      } catch (error) {
        if (!(error instanceof AddIncompleteError)) return;
        for (const { index, receipt } of error.stored) this.judge.acknowledge(ids[index] ?? '', receipt);
      }
    }
  }

  /** Lets time pass now and then, while all others are at whatever they are at. */
  async passTime(): Promise<void> {
    const { leaps, ttlMs = 0 } = this.#play;
    for (let i = 0; i < leaps; i++) {
      for (let wait = Math.floor(this.#next() * 40); wait > 0; wait--) await this.#turn();
      this.#ahead += Math.floor(this.#next() * 1.5 * ttlMs);
    }
  }

  /** Handles some of the messages that are there, deleting only what succeeded, and now and then not even that. */
  async consume(process: Deployment, rounds: number): Promise<void> {
    const { timers, jobs } = this.world.queues;
    for (let round = 0; round < rounds; round++) {
      await this.#turn();
      const timer = timers[Math.floor(this.#next() * timers.length)];
      if (timer) {
        const fired = await fireTimer(process.services, timer.message).then(
          () => true,
          () => false,
        );
        if (fired) this.world.queues.delete(timer);
      }
      const held = jobs[Math.floor(this.#next() * jobs.length)];
      if (held) {
        const delivery = { message: held.message, receiptHandle: 'r' };
        const result = await runJob(process.services, this.#definition, delivery).catch(() => 'again');
        if (result === 'done' && this.#next() > 0.1) this.world.queues.delete(held);
      }
    }
  }

  async tick(process: Deployment, until: number): Promise<void> {
    await runTicker(process.services, until, { tickIntervalMs: 10 }).catch(() => {});
  }

  /** Everybody is well again, and everything is due. */
  async recover(): Promise<void> {
    const healthy = this.process(0);
    for (let round = 0; round < 8; round++) {
      this.#ahead += 120_000;
      await this.tick(healthy, this.#ahead + 1);
      await this.consume(healthy, 10 + 2 * this.world.queues.jobs.length);
    }
  }

  /** What the windows hold of jobs that have been read: their items, dropped by no guard. */
  async placed(): Promise<Map<Job, PlacedItem[]>> {
    const placed = new Map<Job, PlacedItem[]>();
    for (const job of this.world.store.allJobs().values()) {
      const items: PlacedItem[] = [];
      let end = 0;
      for (const record of await this.world.store.windows.readSlots(job.id, 0, job.count - 1)) {
        if (record.slot < end) continue;
        end = record.slot + record.slots;
        if (record.kind === 'tombstone') continue;
        const slots = Array.from({ length: record.slots }, (_, at) => at).filter(
          at => !record.holes.includes(at),
        );
        (JSON.parse(record.items) as { id: string }[]).forEach(({ id }, at) => {
          items.push({ id, job: job.id, slot: record.slot + (slots[at] ?? 0) });
        });
      }
      placed.set(job, items);
    }
    return placed;
  }
}

/** Performs a play. Returns the breaches of the invariants, in words. */
export async function perform(play: Play, mutate: Mutation = services => services): Promise<string[]> {
  const cast = new Cast(play, mutate);
  await Promise.all([
    ...play.writers.map((calls, number) => cast.write(calls, number)),
    cast.consume(cast.process(), 12),
    cast.consume(cast.process(), 12),
    cast.tick(cast.process(), 50),
    cast.passTime(),
  ]);
  const breaches = cast.world.store.undiscoverable().map(key => `nothing will ever look at ${key}`);
  await cast.recover();
  const placed = await cast.placed();
  for (const [{ id, status }, items] of placed) {
    // a job that has used its attempts up is kept with its items, which count as seen
    if (status === 'failed' || status === 'dead') {
      cast.judge.see(
        id,
        items.map(item => item.id),
      );
    } else if (status !== 'completed') breaches.push(`job ${id} is ${status} after all`);
    const keys = items.map(item => keyOf(item.id));
    if (play.dedup && new Set(keys).size < keys.length) {
      breaches.push(`the window of job ${id} holds a key twice: ${items.map(item => item.id)}`);
    }
  }
  breaches.push(
    ...cast.judge.verdict(Math.max(play.maxSize, play.otherSize), play.dedup ? keyOf : undefined),
    ...(cast.marked?.verdict([...placed.values()].flat(), keyOf) ?? []),
  );
  return breaches;
}
