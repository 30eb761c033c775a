import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { correctionAfter } from '#lib/store/store-time';

const DAY = 86_400_000;
const BEGINNING = Date.UTC(2030, 0, 1);

/** Exchanges one after the other: after a pause, and so many ms on the way there and back. */
const exchanges = fc.array(
  fc.record({
    pause: fc.integer({ min: 0, max: 100_000 }),
    there: fc.integer({ min: 0, max: 20_000 }),
    back: fc.integer({ min: 0, max: 20_000 }),
  }),
  { minLength: 1, maxLength: 30 },
);
type Exchange = { readonly pause: number; readonly there: number; readonly back: number };

/** The corrections of a process whose clock is ahead by so much, after each exchange, and how exact each can be. */
function play(aheadMs: number, all: readonly Exchange[]) {
  let [now, correction] = [BEGINNING, 0];
  return all.map(({ pause, there, back }) => {
    now += pause;
    const askedAt = now + aheadMs;
    now += there;
    const date = Math.floor(now / 1_000) * 1_000;
    now += back;
    correction = correctionAfter(correction, { date, askedAt, cameAt: now + aheadMs });
    return { correction, slowMs: there + back };
  });
}

describe('a clock that follows the store’s time', () => {
  test('stays its own while it is right to two seconds, however slow answers are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000, max: 2_000 }), exchanges, (ahead, all) => {
        for (const { correction } of play(ahead, all)) expect(correction).toBe(0);
      }),
    );
  });

  test('is right to three seconds and what an answer took, from the first one on, however far off it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100 * DAY, max: 100 * DAY }), exchanges, (ahead, all) => {
        const [first, ...others] = play(ahead, all);
        for (const { correction, slowMs } of [first, ...others].flatMap(each => each ?? [])) {
          expect(Math.abs(ahead + correction)).toBeLessThanOrEqual(3_000 + slowMs);
        }
      }),
    );
  });

  test('is not moved to and fro: while answers take less than a second, one correction holds', () => {
    const quick = exchanges.map(all =>
      all.map(each => ({ ...each, there: each.there % 500, back: each.back % 500 })),
    );
    fc.assert(
      fc.property(fc.integer({ min: -100 * DAY, max: 100 * DAY }), quick, (ahead, all) => {
        expect(new Set(play(ahead, all).map(({ correction }) => correction)).size).toBe(1);
      }),
    );
  });
});
