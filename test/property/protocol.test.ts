import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Store } from '#lib/store/ports';
import type { MemoryStore } from '../support/memory-store.ts';
import { type Plant, type Scenario, simulate, type Writer } from '../support/simulation.ts';

const writer: fc.Arbitrary<Writer> = fc.record({
  maxSize: fc.constant(0),
  adds: fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
  atOnce: fc.boolean(),
  skew: fc.constantFrom(0, 0, -2_000, 2_000, 90_000),
});

const scenario = (dedup: boolean): fc.Arbitrary<Scenario> =>
  fc
    .record({
      seed: fc.noShrink(fc.integer()),
      maxSize: fc.integer({ min: 1, max: 4 }),
      /** The second half of the writers may be of a build with another maxSize. */
      otherSize: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4, nil: undefined }),
      writers: fc.array(writer, { minLength: 2, maxLength: 4 }),
      dedup: fc.constant(dedup),
      maxBytes: fc.option(fc.constantFrom(20, 40, 60), { freq: 2, nil: undefined }),
      consumers: fc.integer({ min: 1, max: 2 }),
      mishaps: fc.constantFrom(0, 0.01, 0.03, 0.1),
      leaps: fc.constantFrom(0, 0.005, 0.05),
      failures: fc.constantFrom(0, 0.2),
    })
    .map(({ maxSize, otherSize = maxSize, writers, ...rest }) => ({
      ...rest,
      writers: writers.map((each, at) => ({ ...each, maxSize: at % 2 === 0 ? maxSize : otherSize })),
    }));

/** fast-check prints the seed and the path to repeat a failure with, and the smallest scenario that it found. */
const law = (dedup: boolean, plant?: Plant) =>
  fc.asyncProperty(scenario(dedup), async played => {
    expect(await simulate(played, plant)).toEqual([]);
  });

describe('whatever is interleaved, dies, fails, comes late or twice: nothing is lost, doubled or left behind', () => {
  test('plain items', () => fc.assert(law(false), { numRuns: 500 }));

  test('items with dedup keys', () => fc.assert(law(true), { numRuns: 500 }));
});

describe('the simulation finds what is broken on purpose', () => {
  type Windows = Store['windows'];
  type Heads = Store['heads'];
  const windows = (change: (windows: Windows) => Partial<Windows>) => (store: MemoryStore) => ({
    ...store,
    windows: over(store.windows, change(store.windows)),
  });
  const heads = (change: (heads: Heads) => Partial<Heads>) => (store: MemoryStore) => ({
    ...store,
    heads: over(store.heads, change(store.heads)),
  });

  test.each<[string, boolean, Plant]>([
    [
      'fences that fence nothing',
      false,
      windows(() => ({ putTombstone: async (_job, tombstone) => tombstone })),
    ],
    ['a put that does not look for a tombstone', false, windows(() => ({ putChunk: async () => 'landed' }))],
    [
      'markers that are cleared as soon as they are made',
      false,
      heads(port => ({
        async sealOpen(buffer, window, sealing) {
          const result = await port.sealOpen(buffer, window, sealing);
          if (result.applied) await port.clearMarker(buffer, window.epoch, window.window, sealing.now);
          return result;
        },
      })),
    ],
    [
      'a dedup marker that everybody wins',
      true,
      windows(() => ({ putKey: async (_job, _key, holder) => holder, readKeys: async () => new Map() })),
    ],
    [
      'a takeover that is not conditional',
      true,
      windows(port => ({
        async takeOverKey(job, key, _dead, to) {
          const there = (await port.readKeys(job, [key])).get(key);
          return there !== undefined && port.takeOverKey(job, key, there.chunk, to);
        },
      })),
    ],
  ])('%s', async (_mistake, dedup, plant) => {
    const { failed } = await fc.check(law(dedup, plant), { numRuns: 2_000, endOnFailure: true });
    expect(failed).toBe(true);
  });
});

/** A port with some of its methods replaced. */
function over<T extends object>(port: T, change: Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      if (name in change) return Reflect.get(change, name);
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}
