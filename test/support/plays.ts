import fc from 'fast-check';
import type { Play } from './play.ts';

/** What plays are about: items without keys, with keys, or with keys that are remembered for a while. */
export const KINDS = ['plain', 'with dedup', 'with dedup keys that lapse'] as const;
export type Kind = (typeof KINDS)[number];

/** Calls of one writer, each a bulk of keys. */
const calls = (keys: number) =>
  fc.array(fc.array(fc.nat(keys - 1), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 });

export const plays = (kind: Kind): fc.Arbitrary<Play> => {
  const lapsing = kind === 'with dedup keys that lapse';
  return fc
    .record({
      seed: fc.integer(),
      maxSize: fc.integer({ min: 1, max: 4 }),
      otherSize: fc.integer({ min: 1, max: 4 }),
      mishaps: fc.constantFrom(0.1, 2, 6),
      stalls: fc.constantFrom(0, 10),
      maxWaitMs: lapsing ? fc.constantFrom(100, 60_000) : fc.constant(100),
      leaps: lapsing ? fc.integer({ min: 1, max: 8 }) : fc.constant(0),
      // the fewer keys there are, the more writers meet at each
      shape: fc
        .integer({ min: 1, max: 4 })
        .chain(keys => fc.array(calls(keys), { minLength: 2, maxLength: 4 })),
    })
    .map(({ shape, ...rest }) => {
      let copy = 0;
      return {
        ...rest,
        dedup: kind !== 'plain',
        ...(lapsing && { ttlMs: 1_000 }),
        writers: shape.map(writer => writer.map(keys => keys.map(key => `k${key}/${copy++}`))),
      };
    });
};
