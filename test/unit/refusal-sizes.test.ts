import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import * as v from 'valibot';
import { admin } from '#functions/admin';
import { ingest } from '#functions/ingest';
import type { Definition } from '#lib/definition/options';
import { memoryDeployment } from '../support/memory-deployment.ts';

/** Far below the 6 MB that Lambda answers with. */
const SHORT = 600_000;
/** The longest text that a body may hold of a character that is written as six, and as seven within a text. */
const LONG = '\u0001'.repeat(600_000);
/** And of one that is written as itself. */
const PLAIN = 'x'.repeat(3_900_000);

const throwing = (item: unknown): never => {
  throw new Error(`not ${JSON.stringify(item)}`);
};
const define = (name: string, change: Partial<BatchOptions<unknown>> = {}) =>
  batch<unknown>({ name, maxSize: 100, maxWaitMs: 60_000, handler: () => {}, ...change });
const validating = (validate: (item: unknown) => never) => ({
  schema: { '~standard': { version: 1, vendor: 'test', validate } } as const,
});
const definitions = [
  define('plain'),
  define('numbers', { schema: v.array(v.number()) as never }),
  define('record', { schema: v.record(v.string(), v.number()) as never }),
  define('number', { schema: v.object({ n: v.number() }) as never }),
  define('schema-throws', validating(throwing)),
  define('group-throws', { groupBy: throwing }),
  define('key-throws', { deduplicateBy: throwing }),
  define('urgent-throws', { urgent: throwing }),
  define('limits-throw', { groupBy: () => 'g', limits: () => throwing(PLAIN) }),
] as unknown as Definition[];

const deep = (levels: number, name: string): object =>
  levels === 0 ? {} : { [name]: deep(levels - 1, name) };
const refused: readonly [string, { readonly batch: string; readonly [field: string]: unknown }][] = [
  ['many issues', { batch: 'numbers', item: Array.from({ length: 190_000 }, () => '') }],
  ['an issue that quotes a long text', { batch: 'number', item: { n: LONG } }],
  [
    'issues at long names',
    { batch: 'record', item: Object.fromEntries([...'abcdef'].map(c => [c + LONG.slice(0, 99_999), ''])) },
  ],
  ['an error of the schema that quotes the item', { batch: 'schema-throws', item: LONG }],
  ...['group', 'key', 'urgent'].map((option): (typeof refused)[number] => [
    `an error of the ${option} that quotes the item`,
    { batch: `${option}-throws`, item: LONG.slice(0, 60_000) },
  ]),
  ['an error of limits', { batch: 'limits-throw', item: 1 }],
  ['a number too large, under a long name', { batch: 'plain', item: JSON.parse(`{"${PLAIN}":1e400}`) }],
  ['nesting, under long names', { batch: 'plain', item: deep(1_001, 'x'.repeat(3_000)) }],
  ['a batch of a long name', { batch: LONG, item: 1 }],
  ['a field of a long name', { batch: 'plain', item: 1, [LONG]: 1 }],
];

const { deployment } = memoryDeployment();

describe.each(refused)('%s', (_, { batch: name, ...body }) => {
  test('is refused in a short answer, over HTTP', async () => {
    const answer = await ingest(
      deployment,
      definitions,
    )({
      version: '2.0',
      rawPath: `/v1/batches/${encodeURIComponent(name)}/items`,
      rawQueryString: '',
      headers: { 'content-type': 'application/json' },
      requestContext: { domainName: 'api.example', http: { method: 'POST' } },
      isBase64Encoded: false,
      body: JSON.stringify(body).replace('null', '1e400'),
    } as never);
    expect((answer as { statusCode: number }).statusCode).toBeGreaterThanOrEqual(400);
    expect((answer as { statusCode: number }).statusCode).toBeLessThan(500);
    expect(JSON.stringify(answer).length).toBeLessThan(SHORT);
  });

  test('is refused in a short answer, by invocation', async () => {
    const error = await ingest(deployment, definitions)({ batch: name, ...body }).catch(e => e as Error);
    const { message, stack = '' } = error as Error;
    expect(JSON.parse(message)).toMatchObject({ type: 'about:blank' });
    expect(JSON.stringify({ message, trace: stack.split('\n') }).length).toBeLessThan(SHORT);
  });
});

test('what operators ask of a long name is refused in a short answer', async () => {
  for (const action of ['flush', 'jobs', 'purge'] as const) {
    for (const event of [{ batch: LONG }, { job: LONG }, { [LONG]: 1 }, { batch: 'plain', cursor: LONG }]) {
      const answer = await admin(deployment, definitions, action)(event);
      expect(answer).toMatchObject({ type: 'about:blank' });
      expect(JSON.stringify(answer).length).toBeLessThan(SHORT);
    }
  }
});

test('of many issues the first 20 are told, and how many there are', async () => {
  const item = Array.from({ length: 1_000 }, () => 'x');
  const error = await deployment.add(definitions[1] as Definition, [item]).catch(e => e);
  expect(error).toMatchObject({ code: 'batch.item_refused', details: { issueCount: 1_000 } });
  expect(error.details.issues).toHaveLength(20);
  expect(error.details.issues[19]).toMatchObject({ path: ['19'] });
});
