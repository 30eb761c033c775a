import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bundledCli } from '../support/bundled-cli.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { CliProcess } from '../support/spawn-cli.ts';

const api = new MemoryApi();
let server: ReturnType<typeof serve>;
let url = '';
const started: CliProcess[] = [];

beforeAll(async () => {
  await api.waits(Array.from({ length: 5_000 }, (_, n) => `job-${n}`));
  server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise(resolve => server.close(resolve)));
afterEach(() => {
  // a test that failed leaves its process behind
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

function cistern(args: readonly string[], env: Record<string, string> = {}): CliProcess {
  const cli = new CliProcess(args, { CISTERN_URL: url, ...env });
  started.push(cli);
  return cli;
}

describe('a process', () => {
  test('answers on stdout, without colours on a pipe', async () => {
    const cli = cistern(['status']);
    expect(await cli.end()).toBe(0);
    expect(cli.stdout).toMatch(/^BATCH .*\nclicks {2}enabled/);
    expect(cli.stderr).toBe('');
  });

  test('ends with its exit code, and its problem on stderr', async () => {
    const cli = cistern(['job', 'unknown', '--json']);
    expect(await cli.end()).toBe(4);
    expect([cli.stdout, JSON.parse(cli.stderr).code]).toEqual(['', 'job.unknown']);
  });

  test('reads stdin', async () => {
    const cli = cistern(['add', 'clicks', '--json']);
    expect(await cli.end('{"id":"p1"}\n{"id":"p2"}\n{"id":"p1"}\n')).toBe(0);
    expect(JSON.parse(cli.stdout)).toMatchObject({ accepted: 2, duplicates: 1 });
  });

  test('is quiet when nobody reads on: | head', async () => {
    const script = `"$0" ${bundledCli().main} jobs clicks --all --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', script, process.execPath], {
      env: { ...process.env, CISTERN_URL: url },
    });
    let output = '';
    let errors = '';
    shell.stdout.on('data', chunk => {
      output += chunk;
    });
    shell.stderr.on('data', chunk => {
      errors += chunk;
    });
    await once(shell, 'close');
    const [first = '', code] = output.trim().split('\n');
    expect(JSON.parse(first).id).toBe('job-4999');
    expect([code, errors]).toEqual(['0', '']);
  });

  test('ends at SIGINT, also while it waits for stdin that does not come', async () => {
    const cli = cistern(['add', 'clicks']);
    cli.child.stdin?.write('{"id":"p9"}\n');
    while (!(await api.items()).some(item => (item as { id?: string }).id === 'p9')) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    cli.child.kill('SIGINT');
    if (cli.child.exitCode === null) await once(cli.child, 'close');
    expect(cli.child.exitCode).toBe(130);
    expect(cli.stdout).toContain('Added 1 item to clicks.');
    expect(cli.stderr).toContain('[cli.interrupted]');
  });

  test('says at once that nobody listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise(resolve => free.close(resolve));
    const cli = cistern(['status', '--url', `http://127.0.0.1:${port}`]);
    expect(await cli.end()).toBe(3);
    expect(cli.stderr).toContain('ECONNREFUSED');
  });
});

describe('start', () => {
  test('runs the stack until Ctrl-C, and what is added gets there', async () => {
    const stack = cistern([
      ...['start', '--port', '0', '--batches', 'test/support/cli-batches.ts', '--json'],
      ...['--cors', 'http://localhost:5173'],
    ]);
    const [line] = await stack.said(/^\{.*\}$/m);
    const { url: local, batches } = JSON.parse(line) as { url: string; batches: string[] };
    expect(batches).toEqual(['clicks']);

    const page = await fetch(`${local}/health`, { headers: { origin: 'http://localhost:5173' } });
    expect(page.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');

    const add = cistern(['add', 'clicks', '--url', local, '--json']);
    expect(await add.end('{"id":"a"}\n{"id":"a"}\n{}\n{"id":"b"}\n')).toBe(4);
    expect(JSON.parse(add.stdout)).toMatchObject({
      accepted: 2,
      duplicates: 1,
      refused: [{ line: 3, code: 'batch.dedup_key_invalid' }],
    });

    const second = cistern([
      'start',
      '--port',
      new URL(local).port,
      '--batches',
      'test/support/cli-batches.ts',
    ]);
    expect(await second.end()).toBe(1);
    expect(second.stderr).toContain('[cli.port_taken]');

    stack.child.kill('SIGINT');
    expect(await stack.end()).toBe(0);
    expect(stack.stderr).toBe('');
  });

  test('says what is wrong with the definitions', async () => {
    const nothing = cistern(['start', '--port', '0', '--batches', 'test/support/test-clock.ts']);
    expect(await nothing.end()).toBe(1);
    expect(nothing.stderr).toContain(
      'error [definition.none_exported] test/support/test-clock.ts exports no definition',
    );
    const missing = cistern(['start', '--port', '0', '--batches', 'no/such/folder']);
    expect(await missing.end()).toBe(2);
    expect(missing.stderr).toContain(
      'error [definition.module_not_found] There is no module with definitions at',
    );
    expect(missing.stderr).toContain('or let `cistern init` write a first one.');
  });
});
