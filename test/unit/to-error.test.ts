import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asError, toErrorRecord } from '#lib/jobs/to-error';
import { HOSTILE } from '../support/hostile.ts';

describe('what a handler throws', () => {
  test.each([
    ['a text', { name: 'Error', message: 'a text' }],
    [5, { name: 'Error', message: '5' }],
    [5n, { name: 'Error', message: '5' }],
    [Symbol('s'), { name: 'Error', message: 'Symbol(s)' }],
    [undefined, { name: 'Error', message: 'undefined was thrown' }],
    [null, { name: 'Error', message: 'null was thrown' }],
    [() => {}, { name: 'Error', message: '[function]' }],
    [
      { code: 'E7', message: 'refused' },
      { name: 'Error', message: 'refused (E7)' },
    ],
    [
      { name: 'Refusal', message: 'no' },
      { name: 'Refusal', message: 'no' },
    ],
    [{ status: 503 }, { name: 'Error', message: '{"status":503}' }],
    [
      Object.assign(new TypeError(), { message: { why: 'no' } }),
      { name: 'TypeError', message: '{"why":"no"}' },
    ],
    [new RangeError('too far'), { name: 'RangeError', message: 'too far' }],
  ])('is told: %p', (thrown, told) => {
    expect(toErrorRecord(asError(thrown))).toEqual(told);
  });

  test('is handed on as it is, where it is an error that can be read, of whatever realm', () => {
    const error = new TypeError('bad');
    expect(asError(error)).toBe(error);
    const foreign: unknown = runInNewContext('new RangeError("elsewhere")');
    expect(asError(foreign)).toBe(foreign);
  });

  test('is the cause of the error that it becomes, where it is an object', () => {
    const thrown = { code: 'E7', message: 'refused' };
    expect(asError(thrown).cause).toBe(thrown);
  });

  test.each(Object.entries(HOSTILE))('becomes an error that can be read and stored: %s', (_, thrown) => {
    const error = asError(thrown());
    expect(error).toBeInstanceOf(Error);
    const { name, message } = toErrorRecord(error);
    expect([typeof name, typeof message, typeof error.stack]).toEqual(['string', 'string', 'string']);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withProxy: true } as object),
        thrown => {
          const { name, message } = toErrorRecord(asError(thrown));
          expect(name.length).toBeLessThanOrEqual(100);
          expect(message.length).toBeLessThanOrEqual(1_000);
          expect(name.isWellFormed() && message.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
