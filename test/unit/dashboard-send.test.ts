import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyOf, bulksOf } from '../../dashboard/page/model/bulks.ts';
import { formatOf, readJson, readLines } from '../../dashboard/page/model/read-items.ts';
import { splitArray } from '../../dashboard/page/model/split-array.ts';

describe('an array of items', () => {
  test('is cut into its elements, whatever they hold and however they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2, '\n'), (items, space) => {
        const cut = splitArray(JSON.stringify(items, null, space));
        expect(cut.map(each => JSON.parse(each) as unknown)).toEqual(JSON.parse(JSON.stringify(items)));
      }),
    );
  });

  test('keeps each number as it is written', () => {
    expect(readJson(' [12345678901234567890, {"at": 1.10}, [] ] ')).toEqual({
      items: ['12345678901234567890', '{"at": 1.10}', '[]'],
    });
    expect(readJson('{"n": 1e999}')).toEqual({ items: ['{"n": 1e999}'] });
    expect(readJson('[]')).toEqual({ items: [] });
  });
});

test('a line that is no item is named, and blank lines are none', () => {
  expect(readLines('{"a":1}\r\n\n [2] \n')).toEqual({ items: ['{"a":1}', '[2]'] });
  expect(readLines('1\n2,')).toEqual({ wrong: expect.stringMatching(/^Line 2 is not JSON: /) });
  expect(readJson('{a}')).toEqual({ wrong: expect.stringMatching(/^This is not JSON: /) });
});

test.each([
  ['{"a":1}\n{"a":2}', '', 'ndjson'],
  ['{\n"a":1\n}', '', 'json'],
  ['[1,\n2]', '', 'json'],
  ['[1]\n[2]', '', 'ndjson'],
  ['{"a":1}', 'x.JSONL', 'ndjson'],
  ['a,b\n1,2', 'x.csv', 'csv'],
  ['not yet', '', 'json'],
])('%j of a file %j is %s', (text, name, format) => {
  expect(formatOf(text, name)).toBe(format);
});

test('bulks keep every item and their order, and fit into a request each', () => {
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 1 })), items => {
      const most = { items: 4, bytes: 60 };
      const bulks = bulksOf(items, most);
      expect(bulks.flat()).toEqual(items);
      for (const bulk of bulks) {
        expect(bulk.length).toBeLessThanOrEqual(most.items);
        const bytes = bulk.reduce((sum, item) => sum + Buffer.byteLength(item) + 1, 0);
        expect(bulk.length === 1 || bytes <= most.bytes).toBe(true);
        expect(JSON.parse(bodyOf(bulk))).toEqual({ items: bulk.map(item => JSON.parse(item) as unknown) });
      }
    }),
  );
});
