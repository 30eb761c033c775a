import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { batch } from 'cistern';
import { ingest } from '#functions/ingest';
import type { Definition } from '#lib/definition/options';
import { memoryDeployment } from '../support/memory-deployment.ts';

const base = { maxSize: 100, maxWaitMs: 60_000, handler: () => {} };
const definitions = [
  batch<unknown>({ ...base, name: 'plain' }),
  batch<unknown>({ ...base, name: 'quick', persist: false }),
] as unknown as Definition[];

describe('the ingest function', () => {
  const event = (body: string, isBase64Encoded = false): APIGatewayProxyEventV2 => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/v1/batches/plain/items',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: 'api.example.com' },
    isBase64Encoded,
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    requestContext: {
      accountId: '1',
      apiId: 'x',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: '/v1/batches/plain/items',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 't',
      },
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  });

  test.each([false, true])('answers API Gateway, base64 %p', async encoded => {
    const { deployment } = memoryDeployment();
    const answer = await ingest(deployment, definitions)(event('{"item":"ä"}', encoded));
    expect(answer).toMatchObject({ statusCode: 202 });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ accepted: 1 });
  });

  test('answers a direct invocation, and throws where it cannot', async () => {
    const { deployment } = memoryDeployment();
    const handler = ingest(deployment, definitions);
    expect(await handler({ batch: 'plain', items: [1, 2] })).toMatchObject({ accepted: 2 });
    await expect(handler({ batch: 'nothing', item: 1 })).rejects.toMatchObject({ name: 'batch.unknown' });
    await expect(handler({ batch: 'plain' })).rejects.toMatchObject({ name: 'request.malformed' });
    await expect(handler({} as never)).rejects.toMatchObject({ name: 'request.malformed' });
  });

  test('sends what is held in memory before the invocation ends', async () => {
    const { deployment, queues, store } = memoryDeployment();
    const answer = await ingest(deployment, definitions)({ batch: 'quick', items: [1, 2, 3] });
    expect(answer).toMatchObject({ accepted: 3 });
    expect(queues.jobs).toHaveLength(1);
    expect(queues.jobs[0]?.message).toMatchObject({ inline: { reason: 'invocation', count: 3 } });
    expect(store.allJobs().size + store.allHeads().size).toBe(0);
    await deployment.close();
  });
});
