import { describe, expect, test } from '@jest/globals';
import { AddIncompleteError, batch } from 'cistern';
import fc from 'fast-check';
import { fireTimer } from '#lib/buffer/fire-timer';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import type { Services } from '#lib/store/services';
import {
  interleaved,
  type Mishap,
  type SharedWorld,
  sharedWorld,
  type Turn,
} from '../support/interleaved.ts';
import { Judge } from '../support/judge.ts';

/** Numbers as random as the seed, so that a run can be played again. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Hands out turns in a random order: who waits is let go on when all others wait too. */
function turns(pick: () => number): Turn {
  const waiting: (() => void)[] = [];
  let scheduled = false;
  const next = () => {
    scheduled = false;
    const [go] = waiting.splice(Math.floor(pick() * waiting.length), 1);
    go?.();
    if (waiting.length > 0) schedule();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(next);
  };
  return () =>
    new Promise(resolve => {
      waiting.push(resolve);
      schedule();
    });
}

interface Play {
  readonly seed: number;
  readonly maxSize: number;
  readonly otherSize: number;
  readonly dedup: boolean;
  /** Per writer, per call, the items: `key/copy`. */
  readonly writers: readonly (readonly (readonly string[])[])[];
  /** Mishaps in a hundred calls. */
  readonly mishaps: number;
  /** Calls of a hundred that are on their way for long, while all others go on. */
  readonly stalls: number;
}

/** What a mutant changes: the protocol without one of its steps has to be found out. */
type Mutation = (services: Services) => Services;

const MISHAPS = ['die before', 'die after', 'lost answer', 'applied later'] as const;

const keyOf = (id: string): string => id.split('/')[0] ?? id;

class Cast {
  readonly judge = new Judge();
  readonly world: SharedWorld = sharedWorld();
  readonly definition: Definition;
  /** The same batch in a build with another maxSize, while both are deployed. */
  readonly #other: Definition;
  ahead = 0;
  readonly #next: () => number;
  readonly #turn: Turn;
  readonly #mutate: Mutation;
  #ids = 0;

  constructor(
    readonly play: Play,
    mutate: Mutation,
  ) {
    this.#next = random(play.seed);
    this.#turn = turns(this.#next);
    this.#mutate = mutate;
    this.definition = this.#define(play.maxSize);
    this.#other = this.#define(play.otherSize);
  }

  #define(maxSize: number): Definition {
    const { play } = this;
    let failures = 3;
    return batch<{ id: string }>({
      name: 'play',
      maxSize,
      maxWaitMs: 100,
      ...(play.dedup && { deduplicateBy: item => keyOf(item.id) }),
      handler: context => {
        this.judge.handler(context);
        // some batches are run again, to see whether they stay what they were
        if (failures-- > 0) throw new Error('once more');
      },
    }) as unknown as Definition;
  }

  /** A process of its own; `mishaps` of a hundred of its calls go wrong. */
  process(mishaps: number): Deployment {
    const mishap = (): Mishap => {
      if (mishaps > 0 && this.#next() * 100 < this.play.stalls) return 'stall';
      if (this.#next() * 100 >= mishaps) return 'none';
      return MISHAPS[Math.floor(this.#next() * MISHAPS.length)] ?? 'none';
    };
    const alive = { dead: false };
    const services: Services = {
      deployment: 'play',
      store: interleaved(this.world.store, this.#turn, mishap, alive),
      queues: interleaved(this.world.queues, this.#turn, mishap, alive),
      clock: {
        now: () => this.ahead,
        sleep: async ms => {
          this.ahead += ms;
          await this.#turn();
        },
        after: () => () => {},
        every: () => () => {},
      },
      newId: () => `id${this.#ids++}`,
      warn: () => {},
    };
    return new Deployment(
      { deployment: 'play', queueUrlBase: 'http://127.0.0.1/' },
      { services: this.#mutate(services) },
    );
  }

  async write(calls: readonly (readonly string[])[], number: number): Promise<void> {
    const writer = this.process(this.play.mishaps);
    for (const ids of calls) {
      try {
        const receipts = await writer.add(
          number % 2 === 0 ? this.definition : this.#other,
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
        const result = await runJob(process.services, this.definition, delivery).catch(() => 'again');
        if (result === 'done' && this.#next() > 0.1) this.world.queues.delete(held);
      }
    }
  }

  /** Everybody is well again, and everything is due. */
  async recover(): Promise<void> {
    const healthy = this.process(0);
    for (let round = 0; round < 8; round++) {
      this.ahead += 120_000;
      await runTicker(healthy.services, this.ahead + 1, { tickIntervalMs: 1 });
      await this.consume(healthy, 10 + 2 * this.world.queues.jobs.length);
    }
  }

  /** A job that has used its attempts up is kept with its items, which count as seen. */
  async exhume(): Promise<void> {
    const { services } = this.process(0);
    for (const { id, count, status, attempts } of this.world.store.jobs.all.values()) {
      if (status === 'completed' || attempts < 3) continue;
      const { items } = await readWindow(services, id, count);
      this.judge.see(
        id,
        items.map(item => (item as { id: string }).id),
      );
    }
  }
}

async function perform(play: Play, mutate: Mutation = services => services): Promise<string[]> {
  const cast = new Cast(play, mutate);
  await Promise.all([
    ...play.writers.map((calls, number) => cast.write(calls, number)),
    cast.consume(cast.process(play.mishaps), 12),
    cast.consume(cast.process(play.mishaps), 12),
    runTicker(cast.process(play.mishaps).services, 50, { tickIntervalMs: 10 }).catch(() => {}),
  ]);
  const breaches = cast.world.store.undiscoverable().map(key => `nothing will ever look at ${key}`);
  await cast.recover();
  await cast.exhume();
  breaches.push(
    ...cast.judge.verdict(Math.max(play.maxSize, play.otherSize), play.dedup ? keyOf : undefined),
  );
  return breaches;
}

const plays = (dedup: boolean): fc.Arbitrary<Play> =>
  fc
    .record({
      seed: fc.integer(),
      maxSize: fc.integer({ min: 1, max: 4 }),
      otherSize: fc.integer({ min: 1, max: 4 }),
      mishaps: fc.constantFrom(0.1, 2, 6),
      stalls: fc.constantFrom(0, 10),
      shape: fc.array(
        fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
    })
    .map(({ shape, ...rest }) => {
      let copy = 0;
      return {
        ...rest,
        dedup,
        writers: shape.map(calls => calls.map(keys => keys.map(key => `k${key}/${copy++}`))),
      };
    });

describe('however processes interleave, die, and lose answers', () => {
  test.each([
    { name: 'plain', dedup: false },
    { name: 'with dedup', dedup: true },
  ])(
    'the invariants hold: $name',
    async ({ dedup }) => {
      await fc.assert(
        fc.asyncProperty(plays(dedup), async play => {
          expect(await perform(play)).toEqual([]);
        }),
        { numRuns: 600 },
      );
    },
    120_000,
  );
});

/** A store in which some calls do something else. */
const with_ = (
  services: Services,
  change: (store: Services['store']) => Partial<Services['store']>,
): Services => ({
  ...services,
  store: { ...partsOf(services.store), ...change(services.store) },
});
const partsOf = ({ heads, windows, jobs, index, leases }: Services['store']) => ({
  heads,
  windows,
  jobs,
  index,
  leases,
});
const override = <T extends object>(target: T, change: Partial<T>): T =>
  new Proxy(target, { get: (object, name) => Reflect.get(change, name) ?? Reflect.get(object, name) });

const MUTANTS: { name: string; dedup: boolean; mutate: Mutation }[] = [
  {
    name: 'the reader does not fence',
    dedup: false,
    mutate: services =>
      with_(services, ({ windows }) => ({
        windows: override(windows, { putTombstone: async (_job, tombstone) => tombstone }),
      })),
  },
  {
    name: 'the marker is cleared before the job record is put',
    dedup: false,
    mutate: services =>
      with_(services, ({ heads }) => ({
        heads: override(heads, {
          sealOpen: async (buffer, window, sealing) => {
            const result = await heads.sealOpen(buffer, window, sealing);
            if (result.applied) await heads.clearMarker(buffer, window.epoch, window.window, sealing.now);
            return result;
          },
        }),
      })),
  },
  {
    name: 'a chunk’s failed condition is taken for its landing',
    dedup: false,
    mutate: services =>
      with_(services, ({ windows }) => ({
        windows: override(windows, {
          putChunk: async (job, chunk) => {
            await windows.putChunk(job, chunk);
            return 'landed';
          },
        }),
      })),
  },
  {
    name: 'a rival’s marker is taken for its item',
    dedup: true,
    mutate: services =>
      with_(services, ({ windows }) => ({
        windows: override(windows, {
          readRecords: async (_job, slots) =>
            new Map(slots.map(slot => [slot, { kind: 'chunk', slot, slots: 100, holes: [], items: '[]' }])),
        }),
      })),
  },
  {
    name: 'a takeover is not conditional',
    dedup: true,
    mutate: services =>
      with_(services, ({ windows }) => ({
        windows: override(windows, { takeOverKey: async () => true }),
      })),
  },
];

describe('the same plays find a protocol out that lacks a step', () => {
  test.each(MUTANTS)(
    '$name',
    async ({ dedup, mutate }) => {
      const result = await fc.check(
        fc.asyncProperty(plays(dedup), async play => (await perform(play, mutate)).length === 0),
        { numRuns: 1_500, endOnFailure: true, seed: 1 },
      );
      expect(result.failed).toBe(true);
    },
    120_000,
  );
});
