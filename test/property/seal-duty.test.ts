import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placementsOf } from '#lib/buffer/placement';
import { expectsMore, type SealDuty, sealDutyOf } from '#lib/buffer/seal-duty';
import type { Head } from '#lib/store/head';
import { aHead, OPENED_AT } from '../support/a-head.ts';

const head = (next: number, cap: number, pending: Head['pending'] = []): Head =>
  aHead({ next, pending, open: { cap } });

/** The marker of a window that was sealed at this time, and is not published yet. */
const marker = (sealedAt: number): Head['pending'][number] => ({
  window: 0,
  count: 1,
  reason: 'size',
  openedAt: OPENED_AT,
  deadline: OPENED_AT,
  sealedAt,
  sealedBy: 's',
});

/** What each of these reservations does, if nothing is sealed meanwhile. */
function duties(
  reservations: readonly number[],
  cap: number,
  maxSize = cap,
  pending: Head['pending'] = [],
): SealDuty[] {
  let next = 0;
  return reservations.map(n => {
    next += n;
    const at = head(next, cap, pending);
    return sealDutyOf(at, placementsOf(at, n), maxSize, OPENED_AT);
  });
}

const few = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 });

describe('of the writers that see a full window', () => {
  test('one seals it, and each later window that becomes full has a writer that looks', () =>
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 20 }), (reservations, cap) => {
        const done = duties(reservations, cap);
        const total = reservations.reduce((sum, n) => sum + n, 0);
        expect(done.filter(duty => duty === 'seal')).toHaveLength(total >= cap ? 1 : 0);
        let next = 0;
        for (const [at, n] of reservations.entries()) {
          const fills = Math.floor((next + n) / cap) > Math.floor(next / cap);
          if (next >= cap) expect(done[at] === 'look').toBe(fills);
          next += n;
        }
      }),
    ));

  test('the first one behind it helps, and of those that come later only a few do', () =>
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 19 }), (cap, behind) => {
        const done = duties(
          Array.from({ length: cap + behind }, () => 1),
          cap,
        ).slice(cap);
        expect(done[0]).toBe('help');
        expect(done.filter(duty => duty === 'help').length).toBeLessThanOrEqual(1 + Math.log2(behind + 1));
        expect(done.every(duty => duty === 'help' || duty === 'none')).toBe(true);
      }),
    ));

  test('while another sealer is at work, the one that has filled the open window helps, and few others', () =>
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 20 }), (reservations, cap) => {
        const done = duties(reservations, cap, cap, [marker(OPENED_AT - 100)]);
        const alone = duties(reservations, cap);
        expect(done.every(duty => duty === 'help' || duty === 'none')).toBe(true);
        for (const [at, duty] of alone.entries()) if (duty === 'seal') expect(done[at]).toBe('help');
      }),
    ));

  test.each([
    ['died long ago', OPENED_AT - 60_000],
    ['has a clock that is months ahead', OPENED_AT + 1e10],
  ])('one seals it though the head has the marker of a sealer that %s', (_, sealedAt) => {
    expect(duties([1, 1], 2, 2, [marker(sealedAt)])).toEqual(['none', 'seal']);
  });

  test('none is needed before it is full', () => {
    expect(duties([1, 1, 1], 4).filter(duty => duty === 'seal')).toEqual([]);
    expect(duties([1, 1, 1], 9, 3)).toEqual(['none', 'none', 'seal']);
  });
});

test.each([
  ['100 writers that filled a window within ten requests', 100, 1, 80, 8, true],
  ['100 writers within a minute', 100, 1, 60_000, 8, false],
  ['one writer that adds one item after the other', 100, 1, 1_600, 8, false],
  ['one writer of all slots', 100, 100, 8, 8, false],
  ['a writer with a clock that is behind', 100, 1, -5_000, 8, true],
  ['a request that took no time', 100, 1, 100, 0, false],
])('more slots are expected after %s: %#', (_, cap, n, filledMs, tookMs, isExpected) => {
  const full = head(cap, cap);
  const at = OPENED_AT + filledMs - tookMs;
  expect(expectsMore({ head: full, at, tookMs, placements: placementsOf(full, n) })).toBe(isExpected);
});
