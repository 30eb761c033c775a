import * as v from 'valibot';
import { type ItemSchema, itemSchema } from '../control/item-schema.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { defineOperation } from './definition/operation.ts';
import { flag } from './schemas/answer-fields.ts';

export const getSchema = defineOperation({
  name: 'getSchema',
  route: 'GET /v1/batches/{batch}/schema',
  answeredBy: 'adminHttp',
  rights: { table: [] },
  tag: 'Batches',
  summary: 'Get the schema of a batch’s items',
  description:
    'As JSON Schema, where the definition’s schema offers that, as those of Zod 4 and ArkType do. An add is checked by the definition’s own schema.',
  answer: {
    schema: v.strictObject({
      checked: flag('Whether the definition has a schema. Without one it takes any JSON.'),
      jsonSchema: v.exactOptional(
        v.pipe(
          v.record(v.string(), v.unknown()),
          v.description('Of what an add takes (draft 2020-12). Absent where the schema does not offer it.'),
        ),
      ),
    }),
    description: 'The schema, as far as it can be told.',
    example: {
      checked: true,
      jsonSchema: { type: 'object', properties: { site: { type: 'string' } }, required: ['site'] },
    },
  },
  run: ({ definitions }, { batch }): ItemSchema => itemSchema(findDefinition(definitions, batch)),
});
