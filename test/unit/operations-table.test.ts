import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import type { Answer, Input } from '#lib/operations/api';
import { eventOf } from '#lib/operations/definition/direct-event';
import { defineOperation, type Operation } from '#lib/operations/definition/operation';
import { parameterNames, toHttpRoute } from '#lib/operations/definition/route';
import { OPERATIONS } from '#lib/operations/table';
import { ADMIN_ACTIONS } from '#lib/topology';
import { operators } from '../support/operators.ts';

const operations: readonly Operation[] = OPERATIONS;

describe('the table of operations', () => {
  test('has each name and each route once', () => {
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
    expect(new Set(operations.map(({ route }) => route)).size).toBe(operations.length);
  });

  test.each(ADMIN_ACTIONS)(
    'has operations for the function %s, whose events differ in what they require',
    action => {
      const own = operations.filter(({ direct }) => direct?.function === action);
      const required = own.map(operation =>
        Object.entries(eventOf(operation))
          .filter(([, field]) => !/optional/.test(field.type))
          .map(([name]) => name)
          .sort()
          .join(),
      );
      expect(own.length).toBeGreaterThan(0);
      expect(new Set(required).size).toBe(own.length);
    },
  );

  test('says of all that operators ask which requests it makes, but of the description of the API itself', () => {
    const silent = operations.filter(({ answeredBy, rights }) => answeredBy === 'adminHttp' && !rights);
    expect(silent.map(({ name }) => name)).toEqual(['describe']);
  });
});

/** Texts that names, groups and cursors may be. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('plain', 'A.b_c:d-1', 'quick', '__proto__', '%00', '{}', '0'),
);
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.double(), fc.array(fc.nat()));

test.each(operations.map(operation => ({ operation, route: operation.route })))(
  'whatever is asked of $route, its caller is not answered with a 5xx',
  async ({ operation }) => {
    const { method, path } = toHttpRoute(operation.route);
    const { schema } = operation.request ?? {};
    const names = schema && 'entries' in schema ? Object.keys(schema.entries as object) : ['item', 'items'];
    const { get, post } = operators();
    await post('/v1/batches/plain/items', { items: [{ id: 1 }, { id: 2 }] });
    const input = fc.record({
      parameters: fc.record(Object.fromEntries(parameterNames(operation).map(name => [name, text]))),
      fields: fc.record(Object.fromEntries([...names, 'x'].map(name => [name, value])), { requiredKeys: [] }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ parameters, fields }) => {
        const given = Object.entries(parameters) as [string, string][];
        const asked = given.reduce(
          (all, [name, of]) => all.replace(`{${name}}`, () => encodeURIComponent(of)),
          path,
        );
        fc.pre(!/\/\.{0,2}(\/|$)/.test(asked));
        const query = new URLSearchParams(
          Object.entries(fields).map(([name, of]): [string, string] => [name, String(of)]),
        );
        const { status } = method === 'GET' ? await get(`${asked}?${query}`) : await post(asked, fields);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 15 },
    );
  },
);

describe('the compiler', () => {
  const described = {
    name: 'count',
    route: 'GET /v1/batches/{batch}/count',
    answeredBy: 'adminHttp',
    tag: 'Batches',
    summary: 'How many',
    answer: { schema: v.strictObject({ count: v.number() }), description: 'So many.', example: { count: 1 } },
  } as const;

  test('takes no operation whose answer is described as something else', () => {
    defineOperation({ ...described, run: () => ({ count: 1 }) }) satisfies Operation;
    // @ts-expect-error a text
    defineOperation({ ...described, run: () => ({ count: '1' }) }) satisfies Operation;
    // @ts-expect-error more
    defineOperation({ ...described, run: () => ({ count: 1, more: 1 }) }) satisfies Operation;
    // @ts-expect-error there is no such parameter
    defineOperation({ ...described, run: (_, { job }) => ({ count: job.length }) });
  });

  test('tells clients what an operation is given and answers', () => {
    const given: Input<'POST /v1/batches/{batch}/flush'> = { batch: 'clicks', group: 'a', force: true };
    const paged: Input<'GET /v1/batches/{batch}/peek'> = { batch: 'clicks', limit: '5' };
    const answered: Answer<'POST /v1/batches/{batch}/redrive'> = { redriven: 1 };
    // @ts-expect-error the path has a parameter
    const without: Input<'POST /v1/batches/{batch}/flush'> = { group: 'a' };
    // @ts-expect-error there is no such field
    const more: Input<'POST /v1/batches/{batch}/flush'> = { batch: 'clicks', groups: 'a' };
    // @ts-expect-error there is no such route
    type _None = Answer<'POST /v1/batches/{batch}/flushed'>;
    expect([given, paged, answered, without, more]).toHaveLength(5);
  });
});
