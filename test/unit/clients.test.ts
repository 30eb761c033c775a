import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, jest, test } from '@jest/globals';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';

/** A server on the loopback, and clients of it. */
async function served(answer: RequestListener, requestTimeoutMs = 5_000) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const clients = createClients({ endpoints: { dynamodb: url, sqs: url }, requestTimeoutMs });
  const stop = () => {
    clients.dynamodb.destroy();
    clients.sqs.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { ...clients, stop };
}

const GET = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'k' } } });

test('300 slow requests at once all get their answers, and no more than 128 are under way', async () => {
  let [underWay, most] = [0, 0];
  const { dynamodb, stop } = await served((_, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay -= 1;
      response.end('{}');
    }, 400);
  });
  const answers = await Promise.allSettled(Array.from({ length: 300 }, () => dynamodb.send(GET)));
  stop();
  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(most).toBeLessThanOrEqual(128);
  expect(most).toBeGreaterThan(50);
});

test('a request without an answer is given up, and tried again', async () => {
  let requests = 0;
  const { dynamodb, stop } = await served(() => {
    requests += 1;
  }, 50);
  const asking = dynamodb.send(GET);
  await expect(asking).rejects.toThrow();
  expect(requests).toBeGreaterThan(1);
  stop();
});

test.each([
  [undefined, 4],
  [5_000, 2],
])(
  'a request that has to be sent within a time is not sent again later: %p ms',
  async (sendWithinMs, tries) => {
    let [requests, later] = [0, 0];
    const now = performance.now.bind(performance);
    const time = jest.spyOn(performance, 'now').mockImplementation(() => now() + later);
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    const { dynamodb, stop } = await served((_, response) => {
      requests += 1;
      later += 3_000;
      response.statusCode = 500;
      response.end('{}');
    });
    const table = new DynamoTable(dynamodb, 'table');
    const update = { update: 'SET #a = :a', values: { a: 1 }, ...(sendWithinMs && { sendWithinMs }) };
    await expect(table.update({ pk: 'k', sk: 'k' }, update)).rejects.toThrow();
    for (const spy of [time, random]) spy.mockRestore();
    stop();
    expect(requests).toBe(tries);
  },
);
