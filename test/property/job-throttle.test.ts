import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grant } from '#lib/buffer/throttle';

const throttleOf = fc.record({
  max: fc.integer({ min: 1, max: 6 }),
  duration: fc.integer({ min: 1, max: 200 }),
});
const callsOf = fc.array(
  fc.record({ pause: fc.integer({ min: 0, max: 120 }), wanted: fc.integer({ min: 1, max: 12 }) }),
  { maxLength: 60 },
);

/** Makes these calls one after the other, and returns when each flush began. */
function play(
  throttle: { max: number; duration: number },
  calls: readonly { pause: number; wanted: number }[],
) {
  const flushes: number[] = [];
  let [now, at] = [1_000, [] as readonly number[]];
  for (const { pause, wanted } of calls) {
    now += pause;
    const { granted, next } = grant(at, throttle, wanted, now);
    at = next;
    for (let i = 0; i < granted; i++) flushes.push(now);
  }
  return flushes;
}

describe('a throttle', () => {
  test('never grants more than max in any span of duration, wherever it begins and whatever the calls', () => {
    fc.assert(
      fc.property(throttleOf, callsOf, (throttle, calls) => {
        const flushes = play(throttle, calls);
        for (const from of flushes) {
          const within = flushes.filter(at => at >= from && at < from + throttle.duration);
          expect(within.length).toBeLessThanOrEqual(throttle.max);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('grants what may be granted: never less than is wanted while there is room', () => {
    fc.assert(
      fc.property(throttleOf, callsOf, (throttle, calls) => {
        let [now, at] = [1_000, [] as readonly number[]];
        for (const { pause, wanted } of calls) {
          now += pause;
          const room = throttle.max - at.filter(time => time > now - throttle.duration).length;
          const { granted, next } = grant(at, throttle, wanted, now);
          expect(granted).toBe(Math.min(wanted, Math.max(0, room)));
          at = next;
        }
      }),
    );
  });

  test('says when to come back: then there is room, and a moment sooner there is none', () => {
    fc.assert(
      fc.property(throttleOf, callsOf, (throttle, calls) => {
        let [now, at] = [1_000, [] as readonly number[]];
        for (const { pause, wanted } of calls) {
          now += pause;
          const { next, retryAt } = grant(at, throttle, wanted, now);
          at = next;
          expect(grant(at, throttle, 1, retryAt).granted).toBe(1);
          if (retryAt > now) expect(grant(at, throttle, 1, retryAt - 1).granted).toBe(0);
        }
      }),
    );
  });

  test('lets an operator through at once, and counts it', () => {
    const throttle = { max: 1, duration: 100 };
    const { next } = grant([1_000], throttle, 3, 1_010, true);
    expect(next).toEqual([1_000, 1_010, 1_010, 1_010]);
    expect(grant(next, throttle, 1, 1_105)).toMatchObject({ granted: 0, retryAt: 1_110 });
  });
});
