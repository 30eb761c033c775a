import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { share, some } from '../support/share.ts';
import { CASES } from './cases.ts';
import { replayOf } from './replay.ts';
import './world/deterministic.ts';

// Jest reads Node's modules for all static imports before it runs any of them
const { COMPARED, digestsOf } = await import('./digests.ts');
const { play } = await import('./play.ts');
const { find } = await import('./mutants/find.ts');
const { MUTANTS } = await import('./mutants/index.ts');

const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);

const plays = new Map<number, ReturnType<typeof play>>();
/** The first play of a seed, which several tests look at. */
const playOnce = (seed: number): ReturnType<typeof play> => {
  const played = plays.get(seed) ?? play(seed);
  plays.set(seed, played);
  return played;
};

describe('a simulated deployment, with all that can go wrong, chosen by a seed', () => {
  test('has the same history to the byte when the seed is the same', async () => {
    for (const seed of seedsFrom(1, some(12, 4))) {
      const { digest } = await playOnce(seed);
      expect((await play(seed)).digest).toBe(digest);
    }
  });

  test('has the same history in another process, of another time zone and language', async () => {
    const run = promisify(execFile)(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', 'test/simulation/run.ts', '--digests'],
      { env: { ...process.env, TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', NODE_OPTIONS: '' } },
    );
    const here = await digestsOf(COMPARED);
    expect((await run).stdout).toBe(here);
  });

  test('has other histories when the seeds are others', async () => {
    expect((await playOnce(2)).digest).not.toBe((await playOnce(1)).digest);
  });

  test('keeps every promise', async () => {
    for (const seed of seedsFrom(1, some(240, 30))) {
      const { breaches } = await playOnce(seed);
      expect(breaches.map(({ promise, text }) => `${promise}: ${text} (${replayOf(seed)})`)).toEqual([]);
    }
  });

  test.each(CASES)('keeps every promise: $name', async ({ seed, budget }) => {
    expect((await play(seed, { budget })).breaches).toEqual([]);
  });
});

describe('a mistake that is planted in the product is found', () => {
  test.each(share(MUTANTS))('$name', async mutant => {
    expect(await find(mutant, mutant.within ?? 60, mutant.seed)).toBeDefined();
  });
});
