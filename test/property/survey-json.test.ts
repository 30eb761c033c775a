import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { surveyJson } from '../../functions/http/survey-json.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** With strings full of what would be brackets, quotes and colons. */
const json = fc.jsonValue({
  maxDepth: 6,
  stringUnit: fc.constantFrom('"', '\\', '[', '{', ':', ',', '-', '1', 'a'),
});
/** Integers as text: around what doubles hold, and far beyond. */
const integer = fc
  .oneof(
    fc.bigInt(),
    fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 53n + 9n }),
    fc.bigInt({ min: 10n ** 21n - 9n, max: 10n ** 21n + 9n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => BigInt(Math.round(number))),
    fc.nat(400).map(digits => 10n ** BigInt(digits)),
  )
  .chain(value => fc.constantFrom(String(value), String(-value)));

describe('a survey of a JSON text', () => {
  test('tells its nesting and its fields, as parsing it would', () => {
    fc.assert(
      fc.property(json, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(surveyJson(text, 100)).toEqual({
          depth: depthOf(value),
          fields: isObject(value) ? Object.keys(value as object).length : 0,
          items: 0,
        });
      }),
    );
  });

  test('tells how many items there are, and takes no other array for them', () => {
    fc.assert(
      fc.property(fc.array(json), json, fc.boolean(), fc.nat(3), (items, other, isFirst, indent) => {
        const body = isFirst ? { items, item: [other, 1] } : { item: [other, { items: [1] }], items };
        const survey = surveyJson(JSON.stringify(body, undefined, indent), 100);
        expect(survey).toEqual({ depth: depthOf(body), fields: 2, items: items.length });
      }),
    );
  });

  test('tells of an integer that it would be changed just if it would not be written again as it was', () => {
    fc.assert(
      fc.property(integer, number => {
        const isKept = JSON.stringify(JSON.parse(number)) === number;
        expect(surveyJson(`{"item":${number}}`, 5).changed).toBe(isKept ? undefined : number);
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps integers apart', () => {
    fc.assert(
      fc.property(integer, fc.bigInt({ min: -2_000n, max: 2_000n }), (number, step) => {
        const texts = [number, String(BigInt(number) + step)];
        const kept = new Set(texts.filter(text => surveyJson(text, 5).changed === undefined));
        expect(new Set([...kept].map(Number)).size).toBe(kept.size);
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes any number that is no integer, unless it would become infinite', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number => {
        fc.pre(!Number.isInteger(number));
        for (const text of [String(number), number.toFixed(30), number.toExponential(30)]) {
          expect([text, surveyJson(`[${text}]`, 5).changed]).toEqual([text, undefined]);
        }
      }),
    );
    for (const text of ['1e309', '-1E+400', `${'9'.repeat(400)}.5`, '0.1e311']) {
      expect(surveyJson(`[${text}]`, 5).changed).toBe(text);
    }
  });

  test('says in which item the first changed number is', () => {
    fc.assert(
      fc.property(fc.array(json), fc.array(json), (before, after) => {
        const texts = [...before.map(item => JSON.stringify(item)), '{"a":[1,9007199254740993]}'];
        const text = `{"items":[${[...texts, ...after.map(item => JSON.stringify(item))].join(',')}]}`;
        expect(surveyJson(text, 100)).toMatchObject({
          changed: '9007199254740993',
          changedAt: before.length,
        });
      }),
    );
    expect(surveyJson('{"item":[1,9007199254740993]}', 5)).toMatchObject({ changed: '9007199254740993' });
    expect(surveyJson('{"item":[1,9007199254740993]}', 5)).not.toHaveProperty('changedAt');
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
      fc.property(
        fc.string({
          unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ':', ',', '-', '0', '9', 'e', '.'),
        }),
        text => {
          expect(surveyJson(text, 5).depth).toBeLessThanOrEqual(6);
        },
      ),
    );
  });
});
