import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bundledCli } from '../support/bundled-cli.ts';
import { CliProcess } from '../support/spawn-cli.ts';

const ADDRESS = /Cistern is at (\S+), with (\S+)\./;

let folder = '';
let file = '';
const started: CliProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-start-'));
  file = join(folder, 'batches.mts');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  // a test that failed leaves its process behind
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

/** Writes definitions: the batch's first attempt leaves an item, its second one ends the rest. */
const define = (name: string) =>
  writeFile(
    file,
    `import { batch } from ${JSON.stringify(bundledCli().library)};
    export const it = batch({
      name: ${JSON.stringify(name)}, maxSize: 2, maxWaitMs: 60_000, retries: { max: 1, baseDelay: 100 },
      handler: ({ batch: items, attempt, fail }) => {
        if (attempt === 1) fail(items[1], new Error('the shop is down'));
      },
    });`,
  );

async function start(...options: readonly string[]): Promise<{ cli: CliProcess; url: string }> {
  const cli = new CliProcess(['start', '--port', '0', '--batches', file, ...options]);
  started.push(cli);
  const [, url = ''] = await cli.said(ADDRESS);
  return { cli, url };
}

/** Adds two items, which are a batch. */
async function addTwo(url: string, batch: string): Promise<void> {
  const { status } = await fetch(`${url}/v1/batches/${batch}/items`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ id: 1 }, { id: 2 }] }),
  });
  expect(status).toBe(202);
}

async function jobs(url: string, batch: string, status: string): Promise<unknown[]> {
  const answer = await fetch(`${url}/v1/batches/${batch}/jobs?status=${status}`);
  return ((await answer.json()) as { jobs: unknown[] }).jobs;
}

async function ended(cli: CliProcess): Promise<void> {
  cli.child.kill('SIGINT');
  expect(await cli.end()).toBe(0);
}

describe('cistern start', () => {
  test('writes a line for each flush, each failed attempt and each end of a job', async () => {
    await define('orders');
    const { cli, url } = await start();
    await addTwo(url, 'orders');
    await cli.said(/ completed /);
    const [, ...lines] = cli.stdout
      .split('Ctrl-C ends it.\n')
      .join('\n')
      .split(/\n(?=\d\d:)/);
    expect(lines.map(line => line.trim())).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}flushed +orders {2}\w{8} {2}at most 2 items \(size\)$/),
      expect.stringMatching(
        /^\d\d:\d\d:\d\d {2}partly failed {2}orders .* attempt 1 of 2, again at .*: the shop is down$/,
      ),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}completed +orders {2}\w{8} .*attempt 2$/),
    ]);
    await ended(cli);
  });

  test('--quiet writes none of them', async () => {
    await define('orders');
    const { cli, url } = await start('--quiet');
    await addTwo(url, 'orders');
    while ((await jobs(url, 'orders', 'completed')).length === 0) {
      await new Promise(wait => setTimeout(wait, 50));
    }
    expect(cli.stdout).not.toMatch(/flushed|failed|completed/);
    await ended(cli);
  });

  test('--watch starts anew with what has been changed in the definitions', async () => {
    await define('orders');
    const { cli } = await start('--watch');
    expect(cli.stdout).toContain(', with orders.');
    await define('returns');
    const [, url = ''] = await cli.said(/Cistern is at (\S+), with returns\./);
    const tokens = () => [...cli.stdout.matchAll(/#token=(\S+)/g)].map(([, token]) => token);
    await cli.said(/with returns\.[\s\S]*#token=/);
    expect([tokens().length, new Set(tokens()).size]).toEqual([2, 1]);
    await addTwo(url, 'returns');
    await cli.said(/flushed +returns/);
    await ended(cli);
  });

  test('--watch ends with an error that no change of a file mends', async () => {
    await define('orders');
    const dataDir = join(folder, 'data');
    const { cli: first, url } = await start('--data-dir', dataDir);
    for (const [options, code] of [
      [['--port', '0', '--batches', file, '--data-dir', dataDir], 'local.data_dir_in_use'],
      [['--port', new URL(url).port, '--batches', file], 'cli.port_taken'],
      [['--port', '0', '--batches', join(folder, 'none')], 'definition.module_not_found'],
    ] as const) {
      const cli = new CliProcess(['start', '--watch', '--json', ...options]);
      started.push(cli);
      expect(await cli.end()).toBe(1);
      expect(JSON.parse(cli.stderr)).toMatchObject({ code });
    }
    await ended(first);
  });

  test('--watch waits for a change of definitions that cannot be loaded', async () => {
    await writeFile(file, 'export const it = ;');
    const cli = new CliProcess(['start', '--port', '0', '--watch', '--batches', file]);
    started.push(cli);
    while (!cli.stderr.includes('[definition.module_failed]'))
      await once(cli.child.stderr ?? cli.child, 'data');
    await define('orders');
    await cli.said(/with orders\./);
    await ended(cli);
  });
});
