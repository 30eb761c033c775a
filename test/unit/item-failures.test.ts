import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countBits, fromBits, hasBit, toBits } from '#lib/jobs/bits';
import { ItemFailures } from '#lib/jobs/item-failures';

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

const places = (failures: ItemFailures) => [...failures.failed.keys()];
const refusedAs = (code: string) => expect.objectContaining({ name: 'JobError', code });

describe('ctx.fail', () => {
  test('knows an item by its identity, not by its looks', () => {
    const [a, b] = [{ id: 1 }, { id: 1 }];
    const failures = new ItemFailures([a, b]);
    failures.fail(b, undefined);
    expect(places(failures)).toEqual([1]);
    expect(() => failures.fail({ id: 1 }, undefined)).toThrow(refusedAs('job.item_unknown'));
  });

  test('takes a number for the item that it is, never for a place', () => {
    const failures = new ItemFailures([1, 2, 3]);
    failures.fail(2, undefined);
    expect(places(failures)).toEqual([1]);
    expect(() => failures.fail(0, undefined)).toThrow(refusedAs('job.item_unknown'));
    expect(() => new ItemFailures(['a', 'b']).fail(1, undefined)).toThrow(refusedAs('job.item_unknown'));
  });

  test('marks equal primitives one after the other, and the last of them again when all are', () => {
    const failures = new ItemFailures(['x', 'y', 'x']);
    failures.fail('x', 'first');
    expect(places(failures)).toEqual([0]);
    failures.fail('x', 'second');
    expect(places(failures)).toEqual([0, 2]);
    failures.fail('x', 'third');
    expect(places(failures)).toEqual([0, 2]);
    expect(failures.failed.get(2)?.error.message).toBe('third');
  });

  test.each([
    ['another'],
    [3],
    [-1],
    [0.5],
    [Number.NaN],
    [undefined],
    [null],
    [Object.create(null)],
    [Symbol('s')],
  ])('refuses %p, which is not in the batch, and says how to name a place', item => {
    const failures = new ItemFailures(['a', 'b', 'c']);
    expect(() => failures.fail(item, undefined)).toThrow(
      expect.objectContaining({
        code: 'job.item_unknown',
        message: expect.stringContaining('ctx.failAt(index)'),
      }),
    );
    expect(failures.failed.size).toBe(0);
  });

  test('keeps the error, or says that there was none; anything becomes an error', () => {
    const failures = new ItemFailures(['a', 'b', 'c', 'd']);
    const error = new TypeError('bad');
    failures.fail('a', error);
    failures.fail('b', 'a text');
    failures.fail('c', undefined);
    failures.fail('d', { code: 'E7', message: 'refused' });
    expect([...failures.failed.values()].map(mark => mark.error.message)).toEqual([
      'bad',
      'a text',
      'the handler marked it as failed',
      'refused (E7)',
    ]);
    expect(failures.failed.get(0)?.error).toBe(error);
  });

  test('is retryable unless it says otherwise', () => {
    const failures = new ItemFailures(['a', 'b']);
    failures.fail('a', undefined);
    failures.fail('b', undefined, { retryable: false });
    expect(failures.failed.get(0)).toMatchObject({ retryable: true, delayMs: undefined });
    expect(failures.failed.get(1)).toMatchObject({ retryable: false });
  });

  test.each([
    [-5, 0],
    [0, 0],
    [1_500.5, 1_500.5],
    [86_400_001, 86_400_000],
    [1e300, 86_400_000],
    [Number.MAX_SAFE_INTEGER, 86_400_000],
    [Number.POSITIVE_INFINITY, 86_400_000],
    [Number.NEGATIVE_INFINITY, 0],
  ])('a delay of %p ms is bounded to %p ms: 0 to 24 hours', (delayMs, bounded) => {
    const failures = new ItemFailures(['a']);
    failures.fail('a', undefined, { delayMs });
    expect(failures.failed.get(0)?.delayMs).toBe(bounded);
  });

  test.each([
    [{ delayMs: Number.NaN }],
    [{ delayMs: '5000' }],
    [{ delayMs: {} }],
    [{ delayMs: 5n }],
    [{ delayMs: null }],
    [{ retryable: 'no' }],
    [{ retriable: false }],
    [null],
    [5_000],
  ])('refuses the options %p as job.fail_options_invalid, and marks nothing', options => {
    const failures = new ItemFailures(['a']);
    expect(() => failures.fail('a', undefined, options as never)).toThrow(
      refusedAs('job.fail_options_invalid'),
    );
    expect(failures.failed.size).toBe(0);
  });
});

describe('ctx.failAt', () => {
  test('takes a place, also where the items are numbers', () => {
    const failures = new ItemFailures([2, 0, 1]);
    failures.failAt(2, undefined);
    expect(places(failures)).toEqual([2]);
  });

  test.each([[3], [-1], [0.5], [Number.NaN], ['0'], [undefined], [{ toString: null }]])(
    'refuses %p, where no item is, and says what places there are',
    index => {
      const failures = new ItemFailures(['a', 'b', 'c']);
      expect(() => failures.failAt(index as number, undefined)).toThrow(
        expect.objectContaining({
          code: 'job.item_unknown',
          message: expect.stringContaining('from 0 to 2'),
        }),
      );
    },
  );
});

describe('ctx.discard', () => {
  test('keeps its first reason', () => {
    const failures = new ItemFailures([]);
    expect(failures.discarded).toBeUndefined();
    failures.discard();
    failures.discard('later');
    expect(failures.discarded).toBe('the handler discarded it');
  });

  test.each([
    ['', ''],
    [Symbol('why'), 'Symbol(why)'],
    [new Error('an error'), 'an error'],
    [Object.create(null), '{}'],
  ])('takes %p for a reason', (reason, told) => {
    const failures = new ItemFailures([]);
    failures.discard(reason);
    expect(failures.discarded).toBe(told);
  });
});
