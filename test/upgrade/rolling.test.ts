import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { some } from '../support/share.ts';
import type { Thing } from './definitions.ts';
import { type Rollout, rollOut } from './rollout.ts';

const key = ({ id }: Thing): string => id.split('/')[0] ?? id;
const CHANGES: readonly [string, Rollout][] = [
  ['nothing', { older: {}, newer: {} }],
  ['a larger maxSize', { older: { maxSize: 2 }, newer: { maxSize: 5 } }],
  ['a smaller maxSize', { older: { maxSize: 5 }, newer: { maxSize: 2 } }],
  ['a longer maxWaitMs', { older: { maxWaitMs: 20 }, newer: { maxWaitMs: 60_000 } }],
  ['a shorter maxWaitMs', { older: { maxWaitMs: 60_000 }, newer: { maxWaitMs: 20 } }],
  [
    'another maxSize with dedup',
    { older: { maxSize: 2, deduplicateBy: key }, newer: { maxSize: 4, deduplicateBy: key } },
  ],
  ['deduplicateBy, added', { older: {}, newer: { deduplicateBy: key } }],
  ['deduplicateBy, removed', { older: { deduplicateBy: key }, newer: {} }],
  [
    'deduplicateBy with a ttl',
    { older: { deduplicateBy: key }, newer: { deduplicateBy: { key, ttlMs: 60_000 } } },
  ],
  ['more shards', { older: { shards: 1 }, newer: { shards: 3 } }],
  ['fewer shards', { older: { shards: 3 }, newer: { shards: 1 } }],
];

describe('while a deployment replaces processes one by one, both versions keep what is promised', () => {
  test.each(CHANGES)('what changes: %s', async (_, rollout) => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        expect(await rollOut(seed, rollout)).toEqual([]);
      }),
      { numRuns: some(300, 5) },
    );
  });

  test('the same plays find a version out that goes by its own maxSize', async () => {
    const rollout = { older: { maxSize: 2 }, newer: { maxSize: 5 }, byOwnSize: true };
    const lost = [];
    for (let seed = 0; seed < 10; seed++) lost.push(...(await rollOut(seed, rollout)));
    expect(lost.filter(breach => / is in two batches|is not in/.test(breach))).not.toEqual([]);
  });
});
