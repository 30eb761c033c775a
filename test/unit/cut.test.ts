import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginningOf, cut } from '#lib/text/cut';
import { anyText } from '../support/any-text.ts';

describe('a text that is stored or quoted', () => {
  const textOf = anyText({ maxLength: 40 });

  test('is well-formed, no longer than it may be, and a beginning of what was given', () => {
    fc.assert(
      fc.property(textOf, fc.nat(50), (text, length) => {
        const part = beginningOf(text, length);
        expect(part.isWellFormed()).toBe(true);
        expect(part.length).toBeLessThanOrEqual(length);
        expect(text.toWellFormed().startsWith(part)).toBe(true);
        if (text.length <= length) expect(part).toBe(text.toWellFormed());
      }),
    );
  });

  test('is never cut within a character', () => {
    expect(beginningOf('ab😀cd', 3)).toBe('ab');
    expect(beginningOf('ab😀cd', 4)).toBe('ab😀');
    expect(cut('ab😀cd', 3)).toBe('ab…');
    expect(cut('ab😀', 4)).toBe('ab😀');
  });

  test('has U+FFFD in place of half a character that stands alone', () => {
    expect(beginningOf('a\ud83d', 10)).toBe('a\ufffd');
    expect(cut('\ude00b', 1)).toBe('\ufffd…');
  });
});
