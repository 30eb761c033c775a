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

/** What a clock may be off that is left alone. */
const TOLERANCE_MS = 200;
const astray = fc.integer({ min: -100 * DAY, max: 100 * DAY });

describe('a clock that follows the store’s time', () => {
  test('stays its own while it is right, however slow answers are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -TOLERANCE_MS, max: TOLERANCE_MS }), exchanges, (ahead, all) => {
        for (const { correction } of play(ahead, all)) expect(correction).toBe(0);
      }),
    );
  });

  test('is right to 1.2 seconds and what an answer took, from the first one on, however far off it is', () => {
    fc.assert(
      fc.property(astray, exchanges, (ahead, all) => {
        const [first, ...others] = play(ahead, all);
        for (const { correction, slowMs } of [first, ...others].flatMap(each => each ?? [])) {
          expect(Math.abs(ahead + correction)).toBeLessThanOrEqual(1_000 + TOLERANCE_MS + slowMs);
        }
      }),
    );
  });

  test('is made no worse by any answer, so that it is not moved to and fro', () => {
    fc.assert(
      fc.property(astray, exchanges, (ahead, all) => {
        let last = ahead;
        for (const { correction } of play(ahead, all)) {
          const error = ahead + correction;
          expect(Math.abs(error)).toBeLessThanOrEqual(Math.abs(last));
          expect(error * last).toBeGreaterThanOrEqual(0);
          last = error;
        }
      }),
    );
  });

  test('is right to half a second when answers have come at all parts of a second', () => {
    const quick = Array.from({ length: 40 }, () => ({ pause: 1_031, there: 10, back: 10 }));
    fc.assert(
      fc.property(astray, ahead => {
        const { correction = 0 } = play(ahead, quick).at(-1) ?? {};
        expect(Math.abs(ahead + correction)).toBeLessThanOrEqual(500);
      }),
    );
  });
});
