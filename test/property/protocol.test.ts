import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MUTANTS } from '../support/mutants.ts';
import { perform } from '../support/play.ts';
import { KINDS, plays } from '../support/plays.ts';
import { share, some } from '../support/share.ts';

describe('however processes interleave, die, and lose answers', () => {
  test.each(KINDS)(
    'the invariants hold: %s',
    async kind => {
      await fc.assert(
        fc.asyncProperty(plays(kind), async play => {
          expect(await perform(play)).toEqual([]);
        }),
        { numRuns: some(400, 50) },
      );
    },
    120_000,
  );
});

describe('the same plays find a protocol out that lacks a step', () => {
  test.each(share(MUTANTS))(
    '$name',
    async ({ plays: kind, mutate }) => {
      const result = await fc.check(
        fc.asyncProperty(plays(kind), async play => (await perform(play, mutate)).length === 0),
        { numRuns: 1_500, endOnFailure: true, seed: 1 },
      );
      expect(result.failed).toBe(true);
    },
    120_000,
  );
});
