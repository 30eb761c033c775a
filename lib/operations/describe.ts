import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';

export const describe = defineOperation({
  name: 'describe',
  route: 'GET /openapi.json',
  answeredBy: 'adminHttp',
  tag: 'The API',
  summary: 'Get this document',
  answer: {
    schema: v.looseObject({
      openapi: v.string(),
      info: v.looseObject({ title: v.string(), version: v.string() }),
      paths: v.record(v.string(), v.looseObject({})),
    }),
    description: 'An OpenAPI 3.1 document.',
    example: { openapi: '3.1.0', info: { title: 'Cistern', version: '1' }, paths: {} },
  },
  async run({ describe }) {
    if (describe === undefined) throw new TypeError('It is the HTTP API alone that describes itself.');
    return describe();
  },
});
