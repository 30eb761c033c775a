import { expect, test } from '@jest/globals';
import { fieldsOf, itemOf } from '../../dashboard/page/model/schema-fields.ts';

const schema = {
  type: 'object',
  required: ['id', 'at', 'ok', 'tags'],
  properties: {
    id: { type: 'string', description: 'the order' },
    at: { type: 'integer' },
    price: { type: 'number' },
    kind: { enum: ['new', 'old'] },
    ok: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    when: { type: 'string', format: 'date-time' },
  },
};

test('a schema of an object is a form of its fields, and any other schema is none', () => {
  expect(fieldsOf(schema)?.map(({ name, kind, required, hint }) => [name, kind, required, hint])).toEqual([
    ['id', 'text', true, 'the order'],
    ['at', 'integer', true, undefined],
    ['price', 'number', false, undefined],
    ['kind', 'choice', false, undefined],
    ['ok', 'flag', true, undefined],
    ['tags', 'json', true, undefined],
    ['when', 'text', false, 'date-time'],
  ]);
  expect([fieldsOf(undefined), fieldsOf({ type: 'string' }), fieldsOf({ anyOf: [] })]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

test('an item is what was filled in, its numbers as they were written', () => {
  const fields = fieldsOf(schema) ?? [];
  const filled = { id: 'a "b"', at: ' 12345678901234567890 ', price: '1.10', tags: '["x"]', kind: 'new' };
  expect(itemOf(fields, new Map(Object.entries(filled)))).toBe(
    '{"id":"a \\"b\\"","at":12345678901234567890,"price":1.10,"kind":"new","ok":false,"tags":["x"]}',
  );
  expect(itemOf(fields, new Map([['ok', 'true']]))).toBe('{"id":"","ok":true}');
});
