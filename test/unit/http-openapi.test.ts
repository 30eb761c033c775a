import { describe, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { HTTP_ROUTES } from '#lib/operations/routes';
import { schemaOf } from '#lib/operations/schemas/json';
import { OPERATIONS } from '#lib/operations/table';
import { openApiDocument } from '../../functions/openapi/document.ts';
import { documentOf } from '../support/openapi.ts';

const document = documentOf(openApiDocument(OPERATIONS));

async function lint(source: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(source), config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
}

describe('the OpenAPI document', () => {
  test('is clean by the linter’s strict rules', async () => {
    expect(await lint(document)).toEqual([]);
  });

  test('would not be without an operation’s id, nor with a broken reference', async () => {
    const text = JSON.stringify(document)
      .replace('"operationId":"flush",', '')
      .replace('schemas/JobInfo"', 'schemas/Nothing"');
    const problems = await lint(JSON.parse(text));
    expect(problems.filter(problem => problem.startsWith('operation-operationId '))).toHaveLength(1);
    expect(problems.filter(problem => problem.startsWith('no-unresolved-refs '))).not.toEqual([]);
  });

  test('describes each route, and nothing else', () => {
    const routes = OPERATIONS.map(({ route }) => route).sort();
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes);
  });

  test('has the routes that API Gateway has, each for its function', () => {
    const all = [...HTTP_ROUTES.ingest, ...HTTP_ROUTES.adminHttp];
    expect(OPERATIONS.map(({ route }) => route)).toEqual(all.map(({ method, path }) => `${method} ${path}`));
  });

  test('has examples that are as its schemas say', () => {
    const ajv = new Ajv2020({
      strict: false,
      validateFormats: false,
      inlineRefs: false,
      code: { optimize: false },
    });
    ajv.addSchema({ $id: 'document', ...document });
    let checked = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const contents = [
          operation.requestBody?.content ?? {},
          ...Object.values(operation.responses).map(each => each.content),
        ];
        for (const { schema, example, examples } of contents.flatMap(content => Object.values(content))) {
          const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
          const values = [
            ...(example === undefined ? [] : [example]),
            ...Object.values(examples ?? {}).map(({ value }) => value),
          ];
          expect(values.length).toBeGreaterThan(0);
          for (const value of values) {
            validate(value);
            expect({ path, method, errors: validate.errors }).toEqual({ path, method, errors: null });
            checked += 1;
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(50);
  });

  test('says what may be asked as the schemas that check it do', () => {
    const { parameters } = document.paths['/v1/batches/{batch}/jobs']?.['get'] ?? {};
    expect(parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ['batch', 'path', true],
      ['status', 'query', false],
      ['group', 'query', false],
      ...['reason', 'tag', 'error', 'says', 'id', 'since', 'until'].map(name => [name, 'query', false]),
      ['limit', 'query', false],
      ['cursor', 'query', false],
    ]);
    expect(parameters?.find(({ name }) => name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 500,
    });
  });
});

test('a schema that says more, less or else than its type is refused by the compiler', () => {
  interface Answer {
    readonly at: Date;
    readonly group?: string;
  }
  schemaOf<Answer>()(v.strictObject({ at: v.string(), group: v.exactOptional(v.string()) }));
  // @ts-expect-error less
  schemaOf<Answer>()(v.strictObject({ at: v.string() }));
  // @ts-expect-error else
  schemaOf<Answer>()(v.strictObject({ at: v.number(), group: v.exactOptional(v.string()) }));
  // @ts-expect-error more
  schemaOf<Answer>()(v.strictObject({ at: v.string(), group: v.exactOptional(v.string()), x: v.string() }));
});
