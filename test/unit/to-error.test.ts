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

  const caused = (message: string, cause: unknown): Error => new Error(message, { cause });
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:80');
  const loop = caused('a loop', undefined);
  loop.cause = loop;

  test.each([
    ['a cause', caused('fetch failed', refused), 'fetch failed: connect ECONNREFUSED 127.0.0.1:80'],
    [
      'a cause that has a code alone, as of a name with several addresses',
      caused('fetch failed', Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' })),
      'fetch failed: ECONNREFUSED',
    ],
    ['a cause of a cause', caused('a', caused('b', caused('c', 'd'))), 'a: b: c: d'],
    [
      'the nearest three causes',
      caused('a', caused('b', caused('c', caused('d', caused('e', undefined))))),
      'a: b: c: d',
    ],
    [
      'a cause once',
      caused('2 of 3 items failed: too large', new Error('too large')),
      '2 of 3 items failed: too large',
    ],
    ['a cause where the error says nothing', caused('', refused), refused.message],
    ['no cause that says nothing', caused('a', { why: 'no' }), 'a'],
    ['no cause that is the error itself', loop, 'a loop'],
  ])('is stored with %s', (_, error, message) => {
    expect(toErrorRecord(error)).toEqual({ name: 'Error', message });
    expect(toErrorRecord(toErrorRecord(error))).toEqual({ name: 'Error', message });
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
