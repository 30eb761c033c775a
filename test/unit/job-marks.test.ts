import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countBits, fromBits, hasBit, toBits } from '#lib/jobs/bits';
import { Marks } from '#lib/jobs/marks';

describe('a set of numbers as bits', () => {
  const membersOf = fc
    .integer({ min: 1, max: 200 })
    .chain(size =>
      fc.record({ size: fc.constant(size), members: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 })) }),
    );

  test('comes back as it was', () => {
    fc.assert(
      fc.property(membersOf, ({ size, members }) => {
        const bits = toBits(members, size);
        const ascending = [...members].sort((a, b) => a - b);
        expect(fromBits(bits, size)).toEqual(ascending);
        expect(countBits(bits)).toBe(members.length);
        expect(ascending.every(member => hasBit(bits, member))).toBe(true);
      }),
    );
  });

  test('takes a byte for eight: 10,000 items are 1,250 bytes', () => {
    expect(toBits([], 10_000)).toHaveLength(1_250);
    expect(toBits([], 9)).toHaveLength(2);
    expect(toBits([], 0)).toHaveLength(0);
  });

  test('does not have what is beyond it', () => {
    expect(hasBit(toBits([0, 7], 8), 8)).toBe(false);
  });
});

describe('ctx.fail', () => {
  const places = (marks: Marks) => [...marks.failed.keys()];

  test('knows an item by its identity, not by its looks', () => {
    const [a, b] = [{ id: 1 }, { id: 1 }];
    const marks = new Marks([a, b]);
    marks.fail(b, undefined);
    expect(places(marks)).toEqual([1]);
    expect(() => marks.fail({ id: 1 }, undefined)).toThrow(
      expect.objectContaining({ code: 'job.item_unknown' }),
    );
  });

  test('takes a number for a place, also where the items are numbers', () => {
    const marks = new Marks([2, 0, 1]);
    marks.fail(2, undefined);
    expect(places(marks)).toEqual([2]);
  });

  test('marks equal primitives one after the other, and the last of them again when all are', () => {
    const marks = new Marks(['x', 'y', 'x']);
    marks.fail('x', 'first');
    expect(places(marks)).toEqual([0]);
    marks.fail('x', 'second');
    expect(places(marks)).toEqual([0, 2]);
    marks.fail('x', 'third');
    expect(places(marks)).toEqual([0, 2]);
    expect(marks.failed.get(2)?.error.message).toBe('third');
  });

  test.each([['another'], [3], [-1], [0.5], [Number.NaN], [undefined], [null]])(
    'refuses %p, which is not in the batch, as job.item_unknown',
    item => {
      const marks = new Marks(['a', 'b', 'c']);
      expect(() => marks.fail(item, undefined)).toThrow(
        expect.objectContaining({
          code: 'job.item_unknown',
          message: expect.stringContaining('from 0 to 2'),
        }),
      );
      expect(marks.failed.size).toBe(0);
    },
  );

  test('keeps the error, or says that there was none; anything thrown becomes an error', () => {
    const marks = new Marks(['a', 'b', 'c']);
    const error = new TypeError('bad');
    marks.fail(0, error);
    marks.fail(1, 'a text');
    marks.fail(2, undefined);
    expect([...marks.failed.values()].map(mark => mark.error.message)).toEqual([
      'bad',
      'a text',
      'the handler marked it as failed',
    ]);
    expect(marks.failed.get(0)?.error).toBe(error);
  });

  test('is retryable unless it says otherwise, and a delay is never less than nothing', () => {
    const marks = new Marks(['a', 'b']);
    marks.fail(0, undefined);
    marks.fail(1, undefined, { retryable: false, delayMs: -5 });
    expect(marks.failed.get(0)).toMatchObject({ retryable: true, delayMs: undefined });
    expect(marks.failed.get(1)).toMatchObject({ retryable: false, delayMs: 0 });
  });

  test('and ctx.discard keeps its first reason', () => {
    const marks = new Marks([]);
    expect(marks.discarded).toBeUndefined();
    marks.discard();
    marks.discard('later');
    expect(marks.discarded).toBe('the handler discarded it');
  });
});
