import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import fc from 'fast-check';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { countFlushes, takeFlushes } from '#lib/limits/throttle';
import type { Services } from '#lib/store/services';
import { interleaved, type Mishap, turns } from '../support/interleaved.ts';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { random } from '../support/random.ts';
import { silent } from '../support/silent.ts';

const BATCH = 'throttled';
const START = 1_000_000;

const throttles = fc.record({
  // some of them are spread over two records
  max: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 24, max: 27 })),
  duration: fc.integer({ min: 1, max: 200 }),
});
const calls = fc.array(
  fc.record({
    pause: fc.integer({ min: 0, max: 120 }),
    wanted: fc.integer({ min: 1, max: 12 }),
    unused: fc.integer({ min: 0, max: 3 }),
    byOperator: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
  }),
  { maxLength: 40 },
);

class World {
  now = START;
  readonly store = new MemoryStore(() => this.now);
  readonly #random: () => number;

  constructor(seed = 1) {
    this.#random = random(seed);
  }

  process(change: Partial<Services> = {}): Services {
    const definition = batch({ name: BATCH, maxSize: 1, maxWaitMs: 1, handler: () => {} });
    const clock = {
      now: () => this.now,
      sleep: async () => {},
      after: () => () => {},
      every: () => () => {},
    };
    const services = {
      store: this.store,
      queues: new MemoryQueues(),
      clock,
      random: this.#random,
      ...silent,
      ...change,
    };
    return new Deployment({ deployment: 'throttle', queueUrlBase: 'http://127.0.0.1/' }, { services }).know([
      definition as unknown as Definition,
    ]).services;
  }
}

const within = (times: readonly number[], until: number, duration: number): number =>
  times.filter(at => at > until - duration && at <= until).length;

describe('a throttle', () => {
  test('grants what may be granted, never more, and counts what an operator does, whatever the calls', async () => {
    await fc.assert(
      fc.asyncProperty(throttles, calls, async (throttle, all) => {
        const world = new World();
        const services = world.process();
        const flushes: number[] = [];
        for (const { pause, wanted, unused, byOperator } of all) {
          world.now += pause;
          const recent = within(flushes, world.now, throttle.duration);
          const grant = byOperator
            ? await countFlushes(services, BATCH, throttle, wanted)
            : await takeFlushes(services, BATCH, throttle, wanted, false);
          if (!byOperator) expect(grant.granted).toBe(Math.min(wanted, Math.max(0, throttle.max - recent)));
          const back = byOperator ? 0 : Math.min(unused, grant.granted);
          await grant.giveBack(back);
          for (let i = 0; i < grant.granted - back; i++) flushes.push(world.now);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never grants more than max in any span of duration, however processes interleave, die and lose answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        throttles,
        fc.array(calls, { maxLength: 4 }),
        async (seed, throttle, all) => {
          const world = new World(seed);
          const next = random(seed);
          const turn = turns(next);
          const flushes: number[] = [];
          const mishap = (): Mishap =>
            (['die before', 'die after', 'lost answer', 'applied later'] as const)[Math.floor(next() * 80)] ??
            'none';
          const run = async (own: (typeof all)[number]) => {
            const services = world.process({ store: interleaved(world.store, turn, mishap) });
            for (const { pause, wanted, unused } of own) {
              world.now += pause;
              try {
                const grant = await takeFlushes(services, BATCH, throttle, wanted, false);
                const back = Math.min(unused, grant.granted);
                for (let i = 0; i < grant.granted - back; i++) flushes.push(grant.at);
                await grant.giveBack(back);
              } catch {
                // no answer came: nothing is flushed
              }
            }
          };
          await Promise.all(all.map(run));
          for (const until of flushes) {
            expect(within(flushes, until, throttle.duration)).toBeLessThanOrEqual(throttle.max);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
