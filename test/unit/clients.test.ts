import { once } from 'node:events';
import { createServer } from 'node:http';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { createClients } from '#lib/store/clients';

test('a request without an answer is given up, and tried again', async () => {
  let requests = 0;
  const server = createServer(() => {
    requests += 1;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const { dynamodb, sqs } = createClients({ endpoints: { dynamodb: url, sqs: url }, requestTimeoutMs: 50 });
  const asking = dynamodb.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'k' } } }));
  await expect(asking).rejects.toThrow();
  expect(requests).toBeGreaterThan(1);
  dynamodb.destroy();
  sqs.destroy();
  server.closeAllConnections();
  server.close();
});
