import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { parseInput } from '#lib/operations/definition/parse-input';

const schema = v.strictObject({
  status: v.optional(v.picklist(['dead', 'failed'], 'it has to be dead or failed')),
  limit: v.optional(v.number('it has to be a number')),
});

describe('a refusal of a request', () => {
  test.each([
    [{ status: 'ded' }, 'status in the query: it has to be dead or failed; it was "ded".'],
    [{ limit: true }, 'limit in the query: it has to be a number; it was true.'],
    [{ limit: null }, 'limit in the query: it has to be a number; it was null.'],
    [{ stats: 1 }, 'The query has no field "stats".'],
  ])('says what was given and what is allowed: %j', (given, message) => {
    expect(() => parseInput(schema, given, 'query')).toThrow(message);
  });

  test('quotes the beginning of a long text', () => {
    const act = () => parseInput(schema, { status: 'x'.repeat(500) }, 'query');
    expect(act).toThrow(/; it was "x{99}…\.$/);
  });

  test.each([[{ status: { card: '4711' } }], [{ status: ['4711'] }]])('quotes no object: %j', given => {
    expect(() => parseInput(schema, given, 'query')).toThrow(/it has to be dead or failed\.$/);
  });
});
