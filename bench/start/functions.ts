import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle, ENTRIES } from '../../infra/bundling/bundle.ts';
import { quantile, round } from '../measure.ts';
import type { Row, Size, Table } from '../report.ts';
import { withStandIn } from './stand-in-server.ts';

const run = promisify(execFile);
const FIRST_CALL = fileURLToPath(import.meta.resolve('./first-call.mjs'));
const WARM_CALLS = fileURLToPath(import.meta.resolve('./warm-calls.mjs'));
const ROUNDS = 5;

/** Requests to the ingest function: their items, and how often each is sent. */
const REQUESTS = [
  { name: 'one item', items: 1, calls: 2_000 },
  { name: '100 items', items: 100, calls: 200 },
  { name: '10,000 items, the most that a request may have', items: 10_000, calls: 5 },
] as const;

/**
 * What a cold start of each function loads, and how long it takes: each time in a fresh process. And what a request takes
 * of the ingest function's processor and memory.
 */
export const functions = (size: Size): Promise<readonly Table[]> =>
  withStandIn(environment => measured(size, environment));

async function measured(size: Size, env: NodeJS.ProcessEnv): Promise<readonly Table[]> {
  const dir = await mkdtemp(join(tmpdir(), 'cistern-bench-'));
  const rows: Record<string, Row> = {};
  const requests: Record<string, Row> = {};
  try {
    for (const entry of size === 'tiny' ? (['ingest'] as const) : ENTRIES) {
      const made = await bundle(entry, { batches: resolve('bench/start/definitions.ts') });
      for (const { name, contents } of made.files) await writeFile(join(dir, name), contents);
      const rounds: Record<string, number>[] = [];
      for (let n = 0; n < (size === 'tiny' ? 1 : ROUNDS); n++) {
        const { stdout } = await run(process.execPath, [FIRST_CALL, join(dir, 'index.mjs'), entry], {
          env,
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
    Object.assign(requests, await requestsOf(dir, size, env));
  } finally {
    await rm(dir, { recursive: true });
  }
  return [
    {
      title: 'Functions: what a cold start loads',
      rows,
      notes: [
        'First call: ingest stores an item in a window that is open, the ticker looks, the others get an empty event. DynamoDB and SQS answer at once.',
      ],
    },
    {
      title: 'The ingest function: processor and memory of a request',
      rows: requests,
      notes: [
        'First: in a fresh process, without the load of the bundle. Most MB: resident, of the whole process, Node included.',
      ],
    },
  ];
}

async function requestsOf(dir: string, size: Size, env: NodeJS.ProcessEnv): Promise<Record<string, Row>> {
  const made = await bundle('ingest', { batches: resolve('bench/start/definitions.ts') });
  for (const { name, contents } of made.files) await writeFile(join(dir, name), contents);
  const rows: Record<string, Row> = {};
  for (const { name, items, calls } of size === 'tiny' ? REQUESTS.slice(0, 1) : REQUESTS) {
    const args = [WARM_CALLS, join(dir, 'index.mjs'), `${items}`, `${size === 'tiny' ? 1 : calls}`];
    const { stdout } = await run(process.execPath, args, { env });
    const { first, warm, mb, bodyKb } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    rows[name] = {
      'body, KB': round(bodyKb),
      'CPU ms, first': round(first),
      'CPU ms, warm': round(warm),
      'most MB': Math.round(mb),
    };
  }
  return rows;
}
