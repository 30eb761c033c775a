import { describe, expect, test } from '@jest/globals';
import { bar, sparkline } from '../../cli/output/bar.ts';
import { ranges } from '../../cli/output/number.ts';
import { table } from '../../cli/output/table.ts';
import { duration, relative } from '../../cli/output/time.ts';
import { visible } from '../../cli/output/visible.ts';
import { cut, widthOf } from '../../cli/output/width.ts';
import { batchStatus, problem } from '../support/answers.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const COMMANDS = [
  ...['start', 'dashboard', 'status', 'groups', 'jobs', 'job', 'add', 'flush', 'pause', 'resume', 'drain'],
  ...['redrive', 'purge'],
];

describe('help', () => {
  test('names every command, and the exit codes', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Exit codes: 0 done');
  });

  test.each(COMMANDS)('%s has examples, and the options that all have', async command => {
    const { exitCode, stdout } = await runCli([command, '--help'], {
      terminal: true,
      columns: 80,
      env: NO_COLOUR,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ `);
    expect(stdout).toContain(`cistern ${command}`);
    expect(stdout).toContain('--stack <name>');
  });

  test('without a command is on stderr: 2', async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect([exitCode, stdout, stderr.slice(0, 6)]).toEqual([2, '', 'Usage:']);
  });

  test('the version', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('wrong usage: 2, before anything is asked', () => {
  test.each([
    [['statu'], "Unknown command 'statu' (Did you mean status?)"],
    [['help', 'statu'], "Unknown command 'statu'. `cistern help` lists them all."],
    [['job', 'f1c'], 'has at least 4 characters; "f1c" has fewer'],
    [['flush'], "Missing required argument 'batch'."],
    [['flush', 'clicks', '--grup', 'x'], "Unknown option '--grup' (Did you mean --group?)"],
    [['flush', 'a', 'b'], 'Too many arguments'],
    [['status', '--url', 'here'], '--url has to be an address'],
    [['status', '--url', 'ftp://x'], '--url has to be an address'],
    [['status', '--url', 'http://x', '--stack', 'shop'], 'Give --url or --stack, not both'],
    [['status', '--region', 'eu-west-1'], 'give --stack as well'],
    [['status', '--profile', 'ops'], 'give --stack as well'],
    [['start', '--url', 'http://x'], '`start` runs a stack on this machine'],
    [['start', '--port', '70000'], 'whole number from 0 to 65535'],
    [['add', 'clicks', '--from-line', '0'], 'whole number of at least 1'],
  ])('%j', async (args, said) => {
    const people = await runCli(args);
    expect([people.exitCode, people.stdout]).toEqual([2, '']);
    expect(people.stderr).toMatch(/^error \[cli\.usage\] .*\n$/);
    expect(people.stderr).toContain(said);
    const programs = await runCli([...args, '--json']);
    expect(programs.problem()).toMatchObject({ type: 'about:blank', code: 'cli.usage' });
  });

  test('in the environment', async () => {
    const { stderr } = await runCli(['status'], { env: { CISTERN_URL: 'x' } });
    expect(stderr).toContain('CISTERN_URL has to be an address');
    expect((await runCli(['start'], { env: { PORT: 'x' } })).stderr).toContain('PORT has to be a number');
  });
});

describe('which API', () => {
  const asked = async (args: readonly string[], env = {}) => {
    const urls: string[] = [];
    const { fetch } = new MemoryApi();
    await runCli([...args, 'status'], {
      env,
      fetch: request => {
        urls.push(request.url);
        return fetch(request);
      },
    });
    return urls;
  };

  test('the local stack’s, or what CISTERN_URL or --url says', async () => {
    expect(await asked([])).toEqual(['http://127.0.0.1:4680/v1/batches']);
    expect(await asked([], { CISTERN_URL: '' })).toEqual(['http://127.0.0.1:4680/v1/batches']);
    const env = { CISTERN_URL: 'http://localhost:1/api/' };
    expect(await asked([], env)).toEqual(['http://localhost:1/api/v1/batches']);
    expect(await asked(['--url', 'https://x.example'], env)).toEqual(['https://x.example/v1/batches']);
  });
});

describe('what goes wrong', () => {
  const failing = (code: string) => () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }));

  test('nobody listens: 3, and says how to start', async () => {
    const { exitCode, stdout, stderr } = await runCli(['status'], { fetch: failing('ECONNREFUSED') });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error \[cli\.unreachable\] .*ECONNREFUSED.*`cistern start`/);
  });

  test('an answer that did not come leaves a doubt where something may have changed', async () => {
    const { stderr } = await runCli(['pause', 'clicks'], { fetch: failing('ECONNRESET') });
    expect(stderr).toContain('The request may have arrived');
    expect((await runCli(['status'], { fetch: failing('ECONNRESET') })).stderr).not.toContain('may have');
    expect((await runCli(['pause', 'a'], { fetch: failing('ENOTFOUND') })).stderr).not.toContain('may have');
  });

  test.each([
    [() => problem(500, 'internal'), 1, 'internal'],
    [() => problem(404, 'batch.unknown'), 4, 'batch.unknown'],
    [() => Response.json({ message: 'Forbidden' }, { status: 403 }), 4, 'http.403'],
    [() => new Response('<html>', { status: 502 }), 1, 'http.502'],
    [() => new Response(null, { status: 302, headers: { location: '/' } }), 4, 'http.302'],
    [() => new Response('<html>'), 1, 'cli.answer_not_understood'],
  ])('%s: %i %s', async (answer, exitCode, code) => {
    const api = () => new MemoryApi().next('GET /v1/batches', answer);
    const people = await runCli(['status'], api());
    expect([people.exitCode, people.stdout]).toEqual([exitCode, '']);
    expect(people.stderr).toContain(`error [${code}] `);
    expect((await runCli(['status', '--json'], api())).problem()).toMatchObject({ code });
  });

  test('an API’s words do not drive the terminal', async () => {
    const detail = 'a\u001b[2Jb\nc';
    const api = new MemoryApi().next('GET /v1/batches', () => problem(400, 'x\u0007', { detail }));
    const { stderr } = await runCli(['status'], api);
    expect(stderr).toBe('error [x\\u0007] a\\u001b[2Jb\\nc\n');
  });

  test('Ctrl-C: 130', async () => {
    const { exitCode, stderr } = await runCli(['status'], {
      fetch: new MemoryApi().fetch,
      interrupted: AbortSignal.abort('SIGINT'),
    });
    expect([exitCode, stderr]).toEqual([130, 'error [cli.interrupted] Interrupted.\n']);
  });
});

const NO_COLOUR = { NO_COLOR: '1' };

describe('colours', () => {
  const ESCAPE = '\u001b[';
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, NO_COLOUR, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
  ])('terminal %s, %j: %s', async (terminal, env, expected) => {
    const { fetch } = new MemoryApi();
    const { stdout } = await runCli(['status'], { fetch, terminal, env, columns: 200 });
    expect(stdout.includes(ESCAPE)).toBe(expected);
    expect((await runCli(['--help'], { terminal, env })).stdout.includes(ESCAPE)).toBe(expected);
    const failed = await runCli(['job', 'x'], { fetch, terminal, env });
    expect(failed.stderr.includes(ESCAPE)).toBe(expected);
  });

  test('are not in JSON', async () => {
    const { fetch } = new MemoryApi();
    const { stdout } = await runCli(['status', '--json'], { fetch, terminal: true });
    expect(stdout).not.toContain(ESCAPE);
  });
});

describe('what is laid out', () => {
  test('is as wide as the terminal where that can be', async () => {
    const { fetch } = new MemoryApi().next('GET /v1/batches/clicks', batchStatus('clicks'));
    const { stdout } = await runCli(['status', 'clicks'], {
      fetch,
      terminal: true,
      columns: 50,
      env: NO_COLOUR,
    });
    const errors = stdout.slice(stdout.indexOf('Last errors\n') + 12);
    for (const line of errors.trimEnd().split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(50);
  });

  test('cuts no character in two', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(cut('東京都', 4)).toBe('東…');
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3)).toBe('👩‍👩‍👧‍👦…');
    expect(cut('abc', 0)).toBe('');
  });

  test('aligns numbers right, and leaves out what nobody has', () => {
    const view = { now: 0, columns: undefined, style: (_: string, text: string) => text };
    const columns = [
      { title: 'A', cell: ({ a }: { a: string }) => a },
      { title: 'NONE', cell: () => '', optional: true },
      { title: 'N', align: 'right' as const, cell: ({ a }: { a: string }) => `${a.length}` },
    ];
    expect(table(columns, [{ a: '東' }, { a: 'long name!' }], view)).toBe(
      'A            N\n東           1\nlong name!  10\n',
    );
  });

  test('shows what a terminal would obey', () => {
    expect(visible('a\u001b]0;x\u0007\u009b1m\u202e\r\n\t\ud800é👍🏽')).toBe(
      'a\\u001b]0;x\\u0007\\u009b1m\\u202e\\r\\n\\t\\ud800é👍🏽',
    );
  });

  test('times, ranges, bars', () => {
    expect([0, 999, 1_000, 61_000, 3_600_000, 90_061_000].map(duration)).toEqual(
      ['0ms', '999ms', '1s', '1m 1s', '1h', '1d 1h'], //
    );
    expect(relative(new Date(60_000).toISOString(), 0)).toBe('in 1m');
    expect(relative('never', 0)).toBe('never');
    expect(ranges([3, 1, 2, 7, 1_000, 1_001])).toBe('1-3, 7, 1,000-1,001');
    expect([bar(0, 4), bar(0.5, 4), bar(1, 4), bar(2, 4)]).toEqual(['░░░░', '██░░', '████', '████']);
    expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
  });
});
