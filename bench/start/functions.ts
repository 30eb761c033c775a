import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle, ENTRIES } from '../../infra/bundling/bundle.ts';
import { quantile, round } from '../measure.ts';
import type { Row, Size, Table } from '../report.ts';
import { answerOf } from './stand-in.ts';

const run = promisify(execFile);
const FIRST_CALL = fileURLToPath(import.meta.resolve('./first-call.mjs'));
const ROUNDS = 5;

/** What a cold start of each function loads, and how long it takes: each time in a fresh process. */
export async function functions(size: Size): Promise<readonly Table[]> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(answerOf(String(request.headers['x-amz-target']), Buffer.concat(chunks).toString()));
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dir = await mkdtemp(join(tmpdir(), 'cistern-bench-'));
  const rows: Record<string, Row> = {};
  try {
    for (const entry of size === 'tiny' ? (['ingest'] as const) : ENTRIES) {
      const made = await bundle(entry, { batches: resolve('bench/start/definitions.ts') });
      for (const { name, contents } of made.files) await writeFile(join(dir, name), contents);
      const rounds: Record<string, number>[] = [];
      for (let n = 0; n < (size === 'tiny' ? 1 : ROUNDS); n++) {
        const { stdout } = await run(process.execPath, [FIRST_CALL, join(dir, 'index.mjs'), entry], {
          env: environment(endpoint),
        });
        rounds.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      }
      const p50 = (key: string) =>
        round(
          quantile(
            rounds.map(each => each[key] ?? 0),
            0.5,
          ),
        );
      rows[entry] = {
        'KB loaded at start': round(made.size.loaded / 1_000),
        'KB in all': round(made.size.total / 1_000),
        'load ms': p50('load'),
        'first call ms': p50('first'),
        'second call ms': p50('second'),
      };
    }
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(dir, { recursive: true });
  }
  return [
    {
      title: 'Functions: what a cold start loads',
      rows,
      notes: [
        'First call: ingest stores an item, the ticker looks, the others get an empty event. DynamoDB and SQS answer at once.',
      ],
    },
  ];
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
});
