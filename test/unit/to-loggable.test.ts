import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toLoggable, toText } from '#lib/telemetry/to-loggable';
import { HOSTILE } from '../support/hostile.ts';

describe('what is logged', () => {
  test('is what JSON makes of it, where JSON can', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.stringify(toLoggable(value))).toBe(JSON.stringify(value));
      }),
    );
    expect(toLoggable({ at: new Date(0), none: undefined, list: [undefined] })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      list: [null],
    });
  });

  test('tells an error by its name, message and stack, wherever it is', () => {
    const cause = new TypeError('deep');
    const { error } = toLoggable({ error: new Error('no', { cause }) }) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      name: 'Error',
      message: 'no',
      cause: { name: 'TypeError', message: 'deep' },
    });
    expect(error['stack']).toContain('to-loggable.test');
  });

  test('tells what JSON cannot hold', () => {
    const circle: Record<string, unknown> = { n: 1 };
    circle['self'] = circle;
    expect(
      toLoggable({ circle, big: 1n, map: new Map([['a', 1]]), set: new Set([2]), nan: Number.NaN }),
    ).toEqual({
      circle: { n: 1, self: '[circular]' },
      big: '1',
      map: [['a', 1]],
      set: [2],
      nan: 'NaN',
    });
    expect(toLoggable(new Uint8Array(1_000_000))).toBe('[Uint8Array of 1000000 bytes]');
  });

  test.each(Object.entries(HOSTILE))('may be anything: %s', (_, value) => {
    const line = JSON.stringify({ data: toLoggable([value()]) });
    expect(JSON.parse(line)).toHaveProperty('data');
    expect(typeof toText(value())).toBe('string');
  });

  test('tells the rest of an object of which one field throws', () => {
    const value = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(toLoggable(value)).toEqual({ a: 1, b: '[cannot be read]' });
  });

  test('is never longer than a line of the log may be, and is cut at a character', () => {
    const long = '😀'.repeat(100_000);
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field ${n}`, n]));
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level++) deep = { deep };
    for (const value of [long, [long, long], wide, deep, new Array(1e9), '\ud83d']) {
      const line = JSON.stringify(toLoggable(value));
      expect(Buffer.byteLength(line)).toBeLessThan(250_000);
      expect((JSON.parse(line) as string | object).toString().isWellFormed()).toBe(true);
    }
  });
});
