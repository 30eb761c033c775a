import { describe, expect, test } from '@jest/globals';
import { at, batchStatus } from '../support/answers.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const lines = (text: string) => text.trimEnd().split('\n');
/** An API whose deployment is busy. */
const busy = () =>
  new MemoryApi()
    .next('GET /v1/batches', { batches: [batchStatus('clicks'), batchStatus('a:b.c')] })
    .next('GET /v1/batches/clicks', batchStatus('clicks'))
    .next('GET /v1/batches/clicks/groups', {
      groups: [
        { group: 'little', items: 5, maxSize: 500, openedAt: at(-3), deadline: at(2) },
        { group: '東京\u0007', items: 400, maxSize: 500, openedAt: at(-4), deadline: at(1) },
      ],
      asOf: at(0),
    });

/** A deployment with four buffered items in three groups. */
const buffered = () => new MemoryApi().adds({ site: 'a' }, { site: 'a' }, { site: 'b' }, {});

describe('status', () => {
  test('shows every batch in a line', async () => {
    const { exitCode, stdout, stderr } = await runCli(['status'], busy());
    expect(lines(stdout)).toEqual([
      'BATCH   STATE    BUFFERED  BUFFERS  OLDEST  WAITING  ACTIVE  RETRYING  PARKED  COMPLETED  FAILED  DEAD',
      'clicks  enabled     1,234        2  2m 10s        1       2         3       0         40       0     5',
      'a:b.c   enabled     1,234        2  2m 10s        1       2         3       0         40       0     5',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test.each([
    [{ paused: true }, 'paused'],
    [{ paused: true, ingestionPaused: true }, 'paused, takes nothing'],
    [{ paused: true, draining: true }, 'draining'],
  ])('says what %j is', async (state, word) => {
    const api = new MemoryApi().next('GET /v1/batches', { batches: [batchStatus('clicks', state)] });
    const { stdout } = await runCli(['status'], api);
    expect(lines(stdout)[1]).toMatch(new RegExp(`^clicks  ${word}  `));
  });

  test('has a word for no batches', async () => {
    const api = new MemoryApi().next('GET /v1/batches', { batches: [] });
    expect((await runCli(['status'], api)).stdout).toBe('No batch is defined.\n');
  });

  test('shows one batch in full, with nothing that drives a terminal', async () => {
    const { stdout } = await runCli(['status', 'clicks'], busy());
    expect(stdout).toContain('maxSize 500 · maxWaitMs 5s · grouped');
    expect(stdout).toContain('1,234 items in 2 buffers, the oldest from ');
    expect(stdout).toContain('waiting 1 · active 2 · retrying 3');
    expect(stdout).toContain('1,000 items done in 2 batches');
    expect(stdout).toContain('items: added 20 · flushed 10 · completed 5 · failed 1 · failed attempts 2');
    expect(stdout).toContain('no\\u001b[31m luck');
    expect(stdout).not.toContain('\u001b');
  });

  test('asks for a name as it is, also with what an address would take for something else', async () => {
    const api = new MemoryApi();
    await runCli(['status', 'a:b/c?d'], api);
    expect(api.asked[0]?.path).toBe('/v1/batches/a%3Ab%2Fc%3Fd');
    expect(await runCli(['status', '..'], api)).toMatchObject({ exitCode: 2 });
    expect(api.asked).toHaveLength(1);
  });

  test('--json is the API’s answer, also of fields that are not known here', async () => {
    const answer = { batches: [{ ...batchStatus('clicks'), later: { x: 1 } }], more: null };
    const { stdout, exitCode } = await runCli(
      ['status', '--json'],
      new MemoryApi().next('GET /v1/batches', answer),
    );
    expect(JSON.parse(stdout)).toEqual(answer);
    expect([lines(stdout).length, exitCode]).toEqual([1, 0]);
  });

  test('says so when the answer cannot be laid out, and shows it with --json', async () => {
    const odd = () => new MemoryApi().next('GET /v1/batches', { status: 'ok' }, { status: 'ok' });
    const { exitCode, stderr } = await runCli(['status'], odd());
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('[cli.answer_not_understood]')]);
    expect((await runCli(['status', '--json'], odd())).json()).toEqual({ status: 'ok' });
  });
});

describe('groups', () => {
  test('shows the fullest first, and counts the columns of wide characters', async () => {
    const { stdout } = await runCli(['groups', 'clicks'], busy());
    expect(lines(stdout).map(line => line.replace(/ \d{4}-.*$/, ''))).toEqual([
      'GROUP         ITEMS  FILL        OPENED                        DEADLINE',
      '東京\\u0007  400/500  ████████░░ ',
      'little        5/500  ▏░░░░░░░░░ ',
    ]);
    expect(stdout).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(4s ago\) .*\(in 1s\)/);
  });

  test('tells the group with the empty name from none', async () => {
    const row = { items: 1, maxSize: 2, openedAt: at(0), deadline: at(1) };
    const api = new MemoryApi().next('GET /v1/batches/clicks/groups', { groups: [{ group: '', ...row }] });
    expect((await runCli(['groups', 'clicks'], api)).stdout).toMatch(/^GROUP .*\n"" /);
    const none = new MemoryApi().next('GET /v1/batches/clicks/groups', { groups: [row] });
    expect((await runCli(['groups', 'clicks'], none)).stdout).toMatch(/^ITEMS /);
  });

  test('--all --json is a line for each', async () => {
    const { stdout } = await runCli(['groups', 'clicks', '--all', '--json'], busy());
    expect(lines(stdout).map(line => JSON.parse(line).group)).toEqual(['little', '東京\u0007']);
  });
});

describe('peek', () => {
  const PEEK = 'GET /v1/batches/clicks/peek';
  const page = {
    job: '0192d3a4-0000-5000-8000-000000000000',
    deadline: at(2),
    items: [
      { slot: 0, bytes: 14, ageMs: 61_000, item: { text: 'a\u009bb' } },
      { slot: 3, bytes: 1, ageMs: 250, item: 5 },
    ],
    unsettled: 2,
    asOf: at(0),
  };

  test('shows slot, size, age and item, and says what it skipped', async () => {
    const api = new MemoryApi().next(PEEK, page);
    const { stdout, stderr, exitCode } = await runCli(
      ['peek', 'clicks', '--group', 'a b', '--limit', '9'],
      api,
    );
    expect(lines(stdout).map(line => line.replace(/ +\d{4}-.*\)/, ''))).toEqual([
      'JOB       SLOT  BYTES    AGE  DEADLINE                     ITEM',
      '0192d3a4     0     14  1m 1s  {"text":"a\\u009bb"}',
      '0192d3a4     3      1  250ms  5',
    ]);
    expect(stderr).toBe(
      '2 slots without an item so far, left out: its add is under way.\n' +
        `JOB is the job that these items become at the flush. Until then only its whole id finds it: ${page.job}.\n`,
    );
    expect(exitCode).toBe(0);
    expect(api.asked[0]?.path).toBe('/v1/batches/clicks/peek?group=a%20b&limit=9');
  });

  test('--all --json has a line for each item of all pages', async () => {
    const api = new MemoryApi().next(PEEK, { ...page, cursor: 'x' }, { ...page, items: page.items.slice(1) });
    const { stdout } = await runCli(['peek', 'clicks', '--all', '--json'], api);
    expect(lines(stdout).map(line => JSON.parse(line).slot)).toEqual([0, 3, 3]);
  });

  test('says so where nothing is buffered', async () => {
    const api = new MemoryApi().next(PEEK, { items: [], unsettled: 0, asOf: at(0) });
    expect((await runCli(['peek', 'clicks'], api)).stdout).toBe('Nothing is buffered.\n');
  });
});

describe('of a real deployment', () => {
  test('status has every batch in a line, and one in full', async () => {
    const api = await buffered();
    const [head, first, second] = lines((await runCli(['status'], api)).stdout);
    expect(head).toMatch(/^BATCH +STATE +BUFFERED +BUFFERS +OLDEST +WAITING/);
    expect(first).toMatch(/^clicks +enabled +4 +3 +0ms +0 +0 +0 +0 +0 +0 +0$/);
    expect(second).toMatch(/^a:b\.c +enabled +0 +0 +0 /);
    const { stdout } = await runCli(['status', 'clicks'], api);
    expect(stdout).toMatch(/buffered +4 items in 3 buffers, the oldest from /);
    expect(stdout).toMatch(/options +maxSize 10,000 · maxWaitMs 1m · grouped · deduplicated · persist/);
  });

  test('groups come page by page, the empty name too, and a batch without items has none', async () => {
    const api = await buffered();
    const { stdout } = await runCli(['groups', 'clicks'], api);
    expect(lines(stdout).map(row => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['GROUP', 'ITEMS'],
      ['a', '2/10,000'],
      ['""', '1/10,000'],
      ['b', '1/10,000'],
    ]);
    expect((await runCli(['groups', 'a:b.c'], api)).stdout).toBe('Nothing is buffered.\n');
    const paged = await runCli(['groups', 'clicks', '--limit', '1', '--all', '--json'], api);
    expect(lines(paged.stdout).map(line => JSON.parse(line).group)).toEqual(['', 'a', 'b']);
    expect(api.asked.length).toBeGreaterThan(4);
  });

  test.each([
    [['status', 'nothing']],
    [['groups', 'nothing']],
    [['add', 'nothing', '1']],
    [['flush', 'nothing']],
    [['pause', 'nothing']],
    [['resume', 'nothing']],
    [['drain', 'nothing', '--yes']],
  ])('%j: there is no such batch, 4', async args => {
    const people = await runCli(args, new MemoryApi());
    expect([people.exitCode, people.stdout]).toEqual([4, '']);
    expect(people.stderr).toContain(
      'error [batch.unknown] No batch is named "nothing"; there are: clicks, a:b',
    );
    const programs = await runCli([...args, '--json'], new MemoryApi());
    expect([programs.exitCode, programs.problem()]).toMatchObject([
      4,
      { code: 'batch.unknown', status: 404 },
    ]);
  });
});
