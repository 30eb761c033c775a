import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { batch } from 'cistern';
import { ingest } from '#functions/ingest';
import { nested } from '../support/nested.ts';
import { useLocal } from '../support/use-local.ts';

/* As hostile-input.test.ts, by the ways in that have no server: events, and code. */

const JSON_TYPE = { 'content-type': 'application/json' };
const plain = batch<unknown>({ name: 'plain', maxSize: 1_000, maxWaitMs: 3_600_000, handler: () => {} });

const local = useLocal({ batches: [plain] });

const buffered = () => plain.getBufferSize();

describe('through API Gateway', () => {
  const over = async (path: string, change: Partial<APIGatewayProxyEventV2>) => {
    const answer = await ingest(
      local().deployment,
      local().definitions,
    )({
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: JSON_TYPE,
      requestContext: { domainName: 'api.example', http: { method: 'POST' } },
      isBase64Encoded: false,
      ...change,
    } as APIGatewayProxyEventV2);
    const { statusCode, body } = answer as { statusCode: number; body: string };
    return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
  };
  const base64 = (bytes: string | Buffer) => ({
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  });

  test('a body in base64 is what it encodes', async () => {
    expect(await over('/v1/batches/plain/items', base64('{"item":"ä"}'))).toMatchObject({ status: 202 });
  });

  test.each<[string, Partial<APIGatewayProxyEventV2>, number]>([
    ['that encodes no JSON', base64('item'), 400],
    ['that encodes no UTF-8', base64(Buffer.from([0x22, 0xff, 0x22])), 400],
    ['that encodes too much', base64(' '.repeat(4_000_001)), 413],
    ['that is none', { body: '{"item":1}', isBase64Encoded: true }, 400],
    ['that is missing', {}, 400],
    ['of a type that no header can have', { body: '{"item":1}', headers: { 'content-type': '☃\n' } }, 415],
  ])('a body in base64 %s is refused', async (_, change, status) => {
    const before = await buffered();
    expect(await over('/v1/batches/plain/items', change)).toMatchObject({ status });
    expect(await buffered()).toEqual(before);
  });

  test('headers that are not asked for may hold what they like', async () => {
    const headers = { ...JSON_TYPE, 'x-any': '☃\0\n', 'bad name': 'x', authorization: 'x'.repeat(50_000) };
    expect(await over('/v1/batches/plain/items', { headers, body: '{"item":1}' })).toMatchObject({
      status: 202,
    });
  });

  test.each([
    '/v1/batches/other/../plain/items',
    '/v1/batches/other/%2e%2E/plain/items',
    '/v1/batches/./plain/items',
    '/v1/batches/pl\nain/items',
    '/v1/batches/pl\tain/items',
    '/v1/batches\\plain\\items',
    '/v1/batches/plain/items?',
    '/v1/batches/plain/items#',
  ])('the path %j is no other one: a policy may have let in this one alone', async path => {
    const before = await buffered();
    expect(await over(path, { body: '{"item":1}' })).toMatchObject({ status: 404 });
    expect(await buffered()).toEqual(before);
  });
});

describe('by direct invocation', () => {
  const invoke = (event: object) => ingest(local().deployment, local().definitions)(event as never);

  test.each<[string, object, string]>([
    ['a depth bomb', { batch: 'plain', item: JSON.parse(nested(100_000)) }, 'batch.item_not_json'],
    [
      'an item nested once too deep',
      { batch: 'plain', item: JSON.parse(nested(1_001)) },
      'batch.item_not_json',
    ],
    ['10,001 items', { batch: 'plain', items: Array.from({ length: 10_001 }, () => 0) }, 'request.too_large'],
    ['a batch called __proto__', { batch: '__proto__', item: 1 }, 'batch.unknown'],
    ['no batch', JSON.parse('{"__proto__":{"batch":"plain"},"item":1}'), 'request.malformed'],
    ['an array', [{ batch: 'plain', item: 1 }], 'request.malformed'],
    ['a field too many', { batch: 'plain', item: 1, force: true }, 'request.malformed'],
  ])('%s fails the invocation, and nothing is stored', async (_, event, code) => {
    const before = await buffered();
    await expect(invoke(event)).rejects.toMatchObject({ name: code });
    expect(await buffered()).toEqual(before);
  });
});

test('from code, what is nested too deeply is refused too', async () => {
  await expect(plain.add(JSON.parse(nested(1_001)))).rejects.toMatchObject({ code: 'batch.item_not_json' });
});
