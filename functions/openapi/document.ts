import type { JsonSchema } from '@valibot/to-json-schema';
import * as ERROR_CODES from '#lib/error-codes';
import type { ErrorCode } from '#lib/errors';
import type { OpenApiDocument, Operation } from '#lib/operations/definition/operation';
import { isBodyOptional } from '#lib/operations/definition/request';
import { parameterNames, toHttpRoute } from '#lib/operations/definition/route';
import { statusOf, TITLES } from '../problem.ts';
import { namedSchemas, toOpenApiSchema } from './components.ts';

type Part = Readonly<Record<string, unknown>>;

/** The version of the API, not of the package. It changes when clients have to change. */
const VERSION = '1.0.0';

const PARAMETERS: Readonly<Record<string, Part>> = {
  batch: { description: 'The batch’s name.', example: 'clicks', schema: { type: 'string' } },
  job: {
    description: 'The job’s id.',
    example: '6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f',
    schema: { type: 'string' },
  },
};

const TAGS = [
  { name: 'Items', description: 'What producers do.' },
  { name: 'Batches', description: 'What operators see of batches and do with them.' },
  { name: 'Jobs', description: 'Batches on their way, and those that have ended.' },
  { name: 'The API', description: 'The API itself.' },
];

/** Makes the OpenAPI 3.1 document of the HTTP API, from its operations and the schemas that validate requests. */
export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cistern',
      version: VERSION,
      summary: 'Items in one at a time, batches out, nothing lost.',
      description:
        'Times are ISO 8601 texts in UTC. Errors are problems (RFC 9457) with a stable `code`. Where the API is deployed, requests are signed with IAM credentials (SigV4, service `execute-api`); on one’s own machine they are not.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document comes from.' }],
    tags: TAGS,
    security: [{ iam: [] }],
    paths: paths(operations),
    components: {
      securitySchemes: {
        iam: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
      headers: {
        'Retry-After': {
          description:
            'Seconds after which to try again; `retryAfterMs` in the body says it in milliseconds.',
          schema: { type: 'integer', minimum: 1 },
        },
      },
      schemas: namedSchemas(),
    },
  };
}

function paths(operations: readonly Operation[]): Record<string, Part> {
  const all: Record<string, Part> = {};
  for (const operation of operations) {
    const { method, path } = toHttpRoute(operation.route);
    all[path] = { ...all[path], [method.toLowerCase()]: describe(operation) };
  }
  return all;
}

function describe(operation: Operation): Part {
  const { name, tag, summary, description, answer, request, status = 200 } = operation;
  const parameters = [...pathParameters(operation), ...queryParameters(operation)];
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(request &&
      hasBody(operation) && {
        requestBody: {
          required: !isBodyOptional(request.schema),
          content: json(toOpenApiSchema(request.schema), request.example),
        },
      }),
    responses: {
      [status]: {
        description: answer.description,
        content: json(toOpenApiSchema(answer.schema), answer.example),
      },
      ...problems(codesOf(operation)),
    },
  };
}

const hasBody = ({ route }: Operation): boolean => toHttpRoute(route).method === 'POST';

const json = (schema: JsonSchema, example: unknown): Part => ({ 'application/json': { schema, example } });

const pathParameters = (operation: Operation): Part[] =>
  parameterNames(operation).map(name => ({ name, in: 'path', required: true, ...PARAMETERS[name] }));

function queryParameters(operation: Operation): Part[] {
  const { request } = operation;
  if (request === undefined || hasBody(operation)) return [];
  const { properties = {}, required = [] } = toOpenApiSchema(request.schema);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as JsonSchema;
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

function codesOf(operation: Operation): ErrorCode[] {
  const names = parameterNames(operation);
  return [
    ERROR_CODES.requestMalformed,
    ...(hasBody(operation)
      ? [ERROR_CODES.requestTooLarge, ERROR_CODES.requestMediaType, ERROR_CODES.requestNumberChanged]
      : []),
    ...(names.includes('batch') ? [ERROR_CODES.batchUnknown] : []),
    ...(operation.errors ?? []),
    ...(operation.route.includes(' /v1/') ? [ERROR_CODES.newerSchema, ERROR_CODES.storeThrottled] : []),
    ERROR_CODES.internal,
  ];
}

/** Codes of problems that say when to try again. */
const ASKS_TO_WAIT: readonly ErrorCode[] = [
  ERROR_CODES.tooManyPending,
  ERROR_CODES.ingestionPaused,
  ERROR_CODES.newerSchema,
  ERROR_CODES.storeThrottled,
];

/** Makes a response for each status, with the codes that it may have. */
function problems(codes: readonly ErrorCode[]): Part {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map(status => {
      const own = codes.filter(code => statusOf(code) === status);
      const retries = own.some(code => ASKS_TO_WAIT.includes(code));
      return [
        status,
        {
          description: `${TITLES[status]}: ${own.map(code => `\`${code}\``).join(', ')}.`,
          ...(retries && { headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } }),
          content: {
            'application/problem+json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/Problem' },
                  { type: 'object', properties: { status: { const: status }, code: { enum: own } } },
                ],
              },
              examples: Object.fromEntries(own.map(code => [code, { value: example(code) }])),
            },
          },
        },
      ];
    }),
  );
}

const example = (code: ErrorCode): Part => ({
  type: 'about:blank',
  title: TITLES[statusOf(code)],
  status: statusOf(code),
  code,
  detail: 'What was given, what is allowed and what to do.',
});
