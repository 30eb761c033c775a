import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { surveyJson } from '../../functions/http/survey-json.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** With strings full of what would be brackets, quotes and colons. */
const json = fc.jsonValue({ maxDepth: 6, stringUnit: fc.constantFrom('"', '\\', '[', '{', ':', 'a') });

describe('a survey of a JSON text', () => {
  test('tells its nesting and its fields, as parsing it would', () => {
    fc.assert(
      fc.property(json, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(surveyJson(text, 100)).toEqual({
          depth: depthOf(value),
          fields: isObject(value) ? Object.keys(value as object).length : 0,
        });
      }),
    );
  });

  test('stops one level beyond what is asked', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (levels, maxDepth) => {
        const text = '['.repeat(levels) + ']'.repeat(levels);
        expect(surveyJson(text, maxDepth).depth).toBe(Math.min(levels, maxDepth + 1));
      }),
    );
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ':') }), text => {
        expect(surveyJson(text, 5).depth).toBeLessThanOrEqual(6);
      }),
    );
  });
});
