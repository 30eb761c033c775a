import { describe, expect, test } from '@jest/globals';
import { at, jobInfo } from '../support/answers.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const lines = (text: string) => text.trimEnd().split('\n');

describe('jobs', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `job-${n}`);
  const many = (count: number, group?: string) => new MemoryApi().waits(ids(count), group);

  test('shows a page, says that there are more, and passes on what filters', async () => {
    const api = await many(120, 'a b+c');
    const args = ['jobs', 'clicks', '--status', 'waiting', '--group', 'a b+c', '--limit', '2'];
    const { stdout, stderr, exitCode } = await runCli(args, api);
    expect(lines(stdout)).toHaveLength(3);
    expect(stderr).toMatch(/^There are more: --cursor \S+, or --all\.\n$/);
    expect(exitCode).toBe(0);
    expect(api.asked[0]?.path).toBe('/v1/batches/clicks/jobs?status=waiting&group=a%20b%2Bc&limit=2');
  });

  test('says of each what comes next or what went wrong', async () => {
    const api = new MemoryApi();
    api.shows(
      jobInfo('a', { status: 'retrying', nextAttemptAt: at(4), error: { name: 'E', message: 'no' } }),
      jobInfo('b', { status: 'active', progress: { percent: 41.9, label: 'rows', at: at(-1) } }),
      jobInfo('c', { status: 'dead', error: { name: 'TypeError', message: 'x' }, attempt: 3 }),
      jobInfo('d', { status: 'later invented' }),
    );
    const { stdout } = await runCli(['jobs', 'clicks'], api);
    expect(stdout).toMatch(/^a +retrying .* in 4s; E: no$/m);
    expect(stdout).toMatch(/^b +active .* 41% rows$/m);
    expect(stdout).toMatch(/^c +dead .* 3\/3 +TypeError: x$/m);
    expect(stdout).toMatch(/^d +later invented /m);
  });

  test('a page without any says where to go on, and not that there are none', async () => {
    const api = new MemoryApi().next('GET /v1/batches/clicks/jobs', { jobs: [], cursor: 'x' });
    const { stdout, stderr } = await runCli(['jobs', 'clicks', '--status', 'dead'], api);
    expect([stdout, stderr]).toEqual(['', 'There are more: --cursor x, or --all.\n']);
  });

  test.each([
    ["000001|a'b", `'000001|a'\\''b'`],
    ['', "''"],
  ])('the cursor %p can be pasted into a shell', async (cursor, word) => {
    const api = new MemoryApi().next('GET /v1/batches/clicks/jobs', { jobs: [], cursor });
    expect((await runCli(['jobs', 'clicks'], api)).stderr).toBe(
      `There are more: --cursor ${word}, or --all.\n`,
    );
  });

  test('--all follows the pages, with one head for people and a line each for programs', async () => {
    const people = await runCli(['jobs', 'clicks', '--all'], await many(120));
    expect(lines(people.stdout)).toHaveLength(121);
    const api = await many(120);
    const programs = await runCli(['jobs', 'clicks', '--all', '--json'], api);
    expect(lines(programs.stdout).map(line => JSON.parse(line).id)).toEqual(ids(120).reverse());
    expect(api.asked).toHaveLength(3);
  });

  test('a cursor that leads to itself comes to an end', async () => {
    const page = { jobs: [jobInfo('a')], cursor: 'x' };
    const api = new MemoryApi().next('GET /v1/batches/clicks/jobs', page, page, page);
    expect((await runCli(['jobs', 'clicks', '--all'], api)).exitCode).toBe(0);
    expect(api.asked).toHaveLength(2);
  });

  test('--json is one page with its cursor; nothing is a word for people', async () => {
    const page = await runCli(['jobs', 'clicks', '--json', '--limit', '1'], await many(2));
    expect(page.json()).toMatchObject({ jobs: [{ id: 'job-1' }], cursor: expect.any(String) });
    expect(page.stderr).toBe('');
    expect((await runCli(['jobs', 'clicks'], new MemoryApi())).stdout).toBe('There are no such jobs.\n');
    expect((await runCli(['jobs', 'clicks', '--all', '--json'], new MemoryApi())).stdout).toBe('');
  });

  test('what the API refuses of the options it says itself', async () => {
    const args = ['jobs', 'clicks', '--limit', 'x', '--json'];
    const { exitCode, problem: told } = await runCli(args, new MemoryApi());
    expect(exitCode).toBe(4);
    expect(told()).toMatchObject({ code: 'request.malformed', status: 400 });
  });
});

describe('job', () => {
  const dead = jobInfo('job-9', {
    status: 'dead',
    group: '\u202etxt',
    attempts: [
      {
        attempt: 1,
        startedAt: at(-90),
        finishedAt: at(-89),
        outcome: 'failed',
        error: { name: 'E', message: 'boom' },
      },
      { attempt: 2, outcome: 'died' },
    ],
    error: { name: 'E', message: 'boom' },
    resultCut: { bytes: 70_000, preview: '{"rows":[' },
  });

  test('shows attempts, and ends with 1 when the job is dead', async () => {
    const api = new MemoryApi();
    api.shows(dead);
    const { exitCode, stdout } = await runCli(['job', 'job-9'], api);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}group +"\\u202etxt"$/m);
    expect(stdout).toMatch(/^1 {2}.* 1s {2}failed {3}E: boom$/m);
    expect(stdout).toMatch(/^2 .* died$/m);
    expect(stdout).toContain('70,000 bytes: {"rows":[…');
    expect(stdout).not.toContain('Items');
  });

  test('--items shows them, and --json all of it, harmless and unchanged', async () => {
    const items = [{ index: 0, state: 'dead', item: { text: 'a\u009bb' } }];
    const api = new MemoryApi().always('GET /v1/jobs/job-9', () => ({ ...dead, items }));
    expect((await runCli(['job', 'job-9', '--items'], api)).stdout).toMatch(
      /^0 +dead +{"text":"a\\u009bb"}$/m,
    );
    const { exitCode, stdout, json } = await runCli(['job', 'job-9', '--items', '--json'], api);
    expect(exitCode).toBe(1);
    expect(json()).toEqual({ ...dead, items });
    expect(stdout).not.toContain('\u009b');
    expect(stdout).not.toContain('\u202e');
  });

  test('--items shows why each item failed, each stack once, and how many errors were not kept', async () => {
    const stack = [
      'at check (site.ts:3:1)',
      'at handler (site.ts:9:2)',
      'at callHandler (file:///app/node_modules/cistern/dist/lib/jobs/call-handler.js:5:24)',
    ].join('\n');
    const item = (index: number, message: string) => ({
      index,
      state: 'dead',
      item: index,
      error: { name: 'TypeError', message, stack },
    });
    const items = [item(0, 'no such site'), item(1, 'gone'), { index: 2, state: 'done', item: 2 }];
    const api = new MemoryApi().next('GET /v1/jobs/job-9', { ...dead, itemErrorsLeftOut: 4, items });
    const { stdout } = await runCli(['job', 'job-9', '--items'], api);
    expect(stdout).toMatch(/^0 +dead +0 +TypeError: no such site$/m);
    expect(stdout).toMatch(/^1 +dead +1 +TypeError: gone$/m);
    expect(stdout).toMatch(/^2 +done +2$/m);
    expect(stdout).toContain('Stack of item 0\n  at check (site.ts:3:1)\n  at handler (site.ts:9:2)\n');
    expect(stdout).not.toContain('callHandler');
    expect(stdout).not.toContain('Stack of item 1');
    expect(stdout).toContain('of 4 items not kept');
  });

  test('with more items than an answer holds: all of them', async () => {
    const item = (index: number) => ({ index, state: 'done', item: index });
    const asked = () =>
      new MemoryApi().next(
        'GET /v1/jobs/big',
        { ...jobInfo('big'), items: [item(0), item(1)], nextItem: 2 },
        { ...jobInfo('big'), items: [item(2)] },
      );
    const api = asked();
    const { json } = await runCli(['job', 'big', '--items', '--json'], api);
    expect(json()).toEqual({ ...jobInfo('big'), items: [item(0), item(1), item(2)] });
    expect(api.asked.map(({ path }) => path)).toEqual([
      '/v1/jobs/big?items=true',
      '/v1/jobs/big?items=true&from=2',
    ]);
    expect((await runCli(['job', 'big', '--items'], asked())).stdout).toMatch(/^2 +done +2$/m);
  });

  test('that is unknown: 4', async () => {
    const { exitCode, stderr } = await runCli(['job', 'x'], new MemoryApi());
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringMatching(/^error \[job\.unknown\] There is no job "x"/),
    ]);
  });

  test.each(['completed', 'active', 'waiting', 'retrying', 'parked'])('that is %s: 0', async status => {
    const api = new MemoryApi();
    api.shows(jobInfo('job', { status }));
    expect((await runCli(['job', 'job'], api)).exitCode).toBe(0);
  });
});

describe('errors', () => {
  const answer = {
    errors: [
      {
        name: 'Error',
        message: 'no answer from shard …',
        example: 'no answer from shard 7',
        jobs: 3,
        items: 1_200,
        firstAt: at(-100),
        lastAt: at(-60),
        latest: ['6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f'],
      },
    ],
    jobs: 3,
    partial: true,
  };

  test('are shown by what they say, with their jobs and items', async () => {
    const api = new MemoryApi().next('GET /v1/batches/clicks/errors', answer);
    const { stdout } = await runCli(['errors', 'clicks', '--since', '2h', '--group', 'x'], api);
    expect(stdout).toMatch(/^ {3}3 {2}1,200 .* 6f1c2f0a +Error: no answer from shard …$/m);
    expect(stdout).toContain('3 jobs with errors were looked at; there are more.');
    expect(api.asked[0]?.path).toBe('/v1/batches/clicks/errors?group=x&since=2026-03-01T10%3A00%3A00.000Z');
  });

  test('that are none are said', async () => {
    const api = new MemoryApi().next('GET /v1/batches/clicks/errors', {
      errors: [],
      jobs: 0,
      partial: false,
    });
    expect((await runCli(['errors', 'clicks'], api)).stdout).toBe(
      'No job was found that is failed, dead or retrying.\n',
    );
  });
});

test('jobs asks for those that are chosen', async () => {
  const api = new MemoryApi();
  await runCli(
    ['jobs', 'clicks', '--error', 'E 1', '--tag', 't', '--until', '2026-02-01', '--limit', '5'],
    api,
  );
  expect(api.asked[0]?.path).toBe(
    '/v1/batches/clicks/jobs?error=E%201&tag=t&until=2026-02-01T00%3A00%3A00.000Z&limit=5',
  );
});

test('actions shows who did what, when and from where', async () => {
  const actions = [
    {
      ...{ at: at(-60), action: 'redrive', batch: 'clicks', job: '6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f' },
      ...{ by: 'arn:aws:iam::1:user/ops', from: '203.0.113.7', result: '{"redriven":2,"jobs":1}' },
      asked: '{"group":"b","force":true,"timeoutMs":900000}',
    },
  ];
  const api = new MemoryApi().next('GET /v1/actions', { actions }, { actions: [] });
  const { stdout } = await runCli(['actions'], api);
  expect(stdout).toMatch(
    /redrive {2}clicks {2}6f1c2f0a {2}arn:aws:iam::1:user\/ops {2}203\.0\.113\.7 {2}group b, force, timeout 15m {2}2 redriven, 1 job$/m,
  );
  expect((await runCli(['actions', 'clicks'], api)).stdout).toBe('Nothing was done.\n');
});

test('a job that is not flushed yet is no unknown one: job and logs say so', async () => {
  const api = await new MemoryApi().adds({ id: 1 }, { id: 2 });
  const { stdout } = await runCli(['find', 'clicks', 'id 1', '--group', ''], api);
  const [id = ''] = /^[0-9a-f-]{36}(?= +0 +buffered$)/m.exec(stdout) ?? [];
  for (const command of ['job', 'logs']) {
    const { exitCode, stderr } = await runCli([command, id], api);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[cli.job_not_flushed]')]);
    expect(stderr).toContain('holds 2 items');
  }
  const unknown = await runCli(['job', id.replace(/^./, 'f').replace(/.$/, '0')], api);
  expect([unknown.exitCode, unknown.stderr]).toEqual([4, expect.stringContaining('[job.unknown]')]);
});

test('find shows where an item is, and where to look on', async () => {
  const places = [{ job: '6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f', slot: 41, buffered: false }];
  const api = new MemoryApi().next(
    'GET /v1/batches/clicks/find',
    { places, looked: 200, cursor: '1|a' },
    { places: [], looked: 3 },
  );
  api.next('GET /v1/jobs/6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f', { status: 'dead' });
  const { stdout, stderr } = await runCli(['find', 'clicks', 'c 1', '--group', 'x'], api);
  expect(stdout).toMatch(/^6f1c2f0a {4}41 {2}dead$/m);
  expect(stderr).toContain("--cursor '1|a'");
  expect(api.asked[0]?.path).toBe('/v1/batches/clicks/find?key=c%201&group=x');
  expect((await runCli(['find', 'clicks', 'c1'], api)).stdout).toBe(
    'No item with this key was found: it is not buffered, and not in the 3 jobs that were looked at.\n',
  );
});
