import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf } from './stand-in.ts';

/** Runs something while a server answers the AWS clients in DynamoDB's place. @param run gets a function's environment */
export async function withStandIn<T>(run: (environment: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(answerOf(String(request.headers['x-amz-target']), Buffer.concat(chunks).toString()));
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  try {
    return await run(environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const environment = (endpoint: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_ENDPOINT_URL: endpoint,
  CISTERN_DEPLOYMENT: 'bench',
  CISTERN_QUEUE_URL_BASE: `${endpoint}/`,
  CISTERN_BATCH: 'bench',
  CISTERN_ACTION: 'status',
  CISTERN_METRICS: 'emf',
});
