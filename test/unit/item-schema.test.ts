import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { itemSchema } from '#lib/control/item-schema';
import { operators } from '../support/operators.ts';

const of = (schema: unknown) => itemSchema({ schema } as Parameters<typeof itemSchema>[0]);

describe('the schema of a batch’s items', () => {
  test('is told as JSON Schema of what an add takes, where the schema offers it as Standard JSON Schema', () => {
    const asked: unknown[] = [];
    const input = (options: unknown) => {
      asked.push(options);
      return { type: 'object', properties: { site: { type: 'string' } } };
    };
    const output = () => ({ type: 'null' });
    expect(of({ '~standard': { version: 1, vendor: 'some', jsonSchema: { input, output } } })).toEqual({
      checked: true,
      jsonSchema: { type: 'object', properties: { site: { type: 'string' } } },
    });
    expect(asked).toEqual([{ target: 'draft-2020-12' }]);
  });

  test('is asked of a method of the schema’s own, too', () => {
    expect(of({ toJsonSchema: () => ({ type: 'string' }) }).jsonSchema).toEqual({ type: 'string' });
    const old = { '~standard': {}, toJSONSchema: ({ io }: { io: string }) => ({ title: io }) };
    expect(of(old).jsonSchema).toEqual({ title: 'input' });
  });

  test.each([
    v.object({ site: v.string() }),
    { toJsonSchema: () => 'text' },
    { toJsonSchema: () => ({ padding: 'x'.repeat(200_000) }) },
    {
      get toJSONSchema() {
        throw new Error('no');
      },
    },
  ])('is only said to be there where it offers none', schema => {
    expect(of(schema)).toEqual({ checked: true });
  });

  test('is none of a definition that takes anything', async () => {
    expect(of(undefined)).toEqual({ checked: false });
    const { get } = operators();
    expect((await get('/v1/batches/plain/schema')).body).toEqual({ checked: false });
    expect((await get('/v1/batches/nothing/schema')).status).toBe(404);
  });
});
