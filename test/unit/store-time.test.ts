import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { Deployment } from '#lib/deployment/deployment';

const DAY = 86_400_000;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A store that answers whatever it is asked, by a clock that is so far ahead of this process's. */
async function storeAhead(aheadMs: number, { status = 200, body = '{}' } = {}) {
  let requests = 0;
  server = createServer((_, response) => {
    requests += 1;
    response.sendDate = false;
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const endpoints = { dynamodb: url, sqs: url };
  const deployment = new Deployment({ deployment: 'timed', queueUrlBase: `${url}/`, endpoints });
  return { deployment, requests: () => requests };
}

test.each([
  ['behind the store', 40 * DAY],
  ['ahead of the store', -40 * DAY],
])('a process whose clock is 40 days %s has the store’s time from its first answer on', async (_, ahead) => {
  const { deployment, requests } = await storeAhead(ahead);
  await deployment.knowTime();
  expect(Math.abs(deployment.services.clock.now() - Date.now() - ahead)).toBeLessThan(1_500);
  await deployment.knowTime();
  expect(requests()).toBe(1);
  await deployment.close();
});

test('a refusal says the time as well', async () => {
  const refusal = {
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}',
  };
  const { deployment } = await storeAhead(40 * DAY, refusal);
  await expect(deployment.services.store.controls.readControl('')).rejects.toThrow();
  expect(Math.abs(deployment.services.clock.now() - Date.now() - 40 * DAY)).toBeLessThan(1_500);
  await deployment.close();
});

test('a process whose clock is right keeps its own, to the millisecond', async () => {
  const { deployment } = await storeAhead(0);
  await deployment.knowTime();
  const [before, now, after] = [Date.now(), deployment.services.clock.now(), Date.now()];
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(after);
  await deployment.close();
});
