import { describe, expect, test } from '@jest/globals';
import { at, drainReport, FakeApi, jobInfo, problem } from '../support/fake-api.ts';
import { runCli } from '../support/run-cli.ts';

describe('flush, pause, resume', () => {
  test.each([
    [['flush', 'clicks'], '/flush', {}, 'Flushed 1,201 items in 2 jobs.\n'],
    [['flush', 'clicks', '--group', 'x', '--force'], '/flush', { group: 'x', force: true }, 'Flushed 1,201'],
    [['flush', 'clicks', '--group', ''], '/flush', { group: '' }, 'Flushed 1,201'],
    [['pause', 'clicks'], '/pause', {}, 'clicks is paused; items are taken, and stay buffered.\n'],
    [['pause', 'clicks', '--ingestion'], '/pause', { ingestion: true }, 'it takes no items either.\n'],
    [['resume', 'clicks'], '/resume', {}, 'clicks goes on: 2 buffers were flushed, 1 parked job runs.\n'],
  ])('%j', async (args, path, body, said) => {
    const api = new FakeApi();
    const { exitCode, stdout, stderr } = await runCli(args, api);
    expect(api.asked).toEqual([
      expect.objectContaining({ method: 'POST', path: `/v1/batches/clicks${path}`, body }),
    ]);
    expect(api.asked[0]?.headers['content-type']).toBe('application/json');
    expect(stdout).toContain(said);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('--json is the API’s answer', async () => {
    const api = new FakeApi().next('POST /v1/batches/clicks/flush', { jobs: [] }, { jobs: [] });
    expect((await runCli(['flush', 'clicks', '--json'], api)).json()).toEqual({ jobs: [] });
    expect((await runCli(['flush', 'clicks'], api)).stdout).toBe('Nothing was buffered.\n');
    expect((await runCli(['resume', 'clicks', '--json'], api)).json()).toMatchObject({ flushed: 2 });
  });

  test('a refusal: its code, 4, and the problem with --json', async () => {
    const refused = () => problem(409, 'batch.paused', { detail: 'It is paused.', batch: 'clicks' });
    const api = new FakeApi().next('POST /v1/batches/clicks/flush', refused, refused);
    const people = await runCli(['flush', 'clicks'], api);
    expect([people.exitCode, people.stdout, people.stderr]).toEqual([
      4,
      '',
      'error [batch.paused] It is paused.\n',
    ]);
    const programs = await runCli(['flush', 'clicks', '--json'], api);
    expect([programs.exitCode, programs.stdout]).toEqual([4, '']);
    expect(programs.problem()).toMatchObject({ code: 'batch.paused', status: 409, batch: 'clicks' });
  });
});

describe('what has to be confirmed', () => {
  const commands = [
    [['purge', 'job-1'], 'POST /v1/jobs/job-1/purge'],
    [['redrive', '--all', 'clicks'], 'POST /v1/batches/clicks/redrive'],
    [['drain', 'clicks'], 'POST /v1/batches/clicks/drain'],
  ] as const;
  const setUp = () => {
    const api = new FakeApi();
    api.jobs = [jobInfo('job-1', { status: 'dead', group: 'x' })];
    const changes = () =>
      api.asked.filter(({ method }) => method === 'POST').map(({ method, path }) => `${method} ${path}`);
    return { api, changes };
  };

  test.each(commands)('%j is done after a yes', async (args, route) => {
    const { api, changes } = setUp();
    const { questions, exitCode } = await runCli(args, { fetch: api.fetch, terminal: true, answer: 'y' });
    expect(questions).toEqual([expect.stringMatching(/ Go on\? \[y\/N\] $/)]);
    expect([exitCode, changes()]).toEqual([0, [route]]);
  });

  test.each(commands)('%j is not done after anything else', async (args, _) => {
    for (const answer of ['', 'n', 'yep', 'clicks']) {
      const { api, changes } = setUp();
      const { exitCode, stderr } = await runCli(args, { fetch: api.fetch, terminal: true, answer });
      expect([exitCode, changes()]).toEqual([1, []]);
      expect(stderr).toContain('Nothing was done.');
    }
  });

  test.each(commands)('%j asks nobody where there is no terminal, and wants --yes', async (args, route) => {
    for (const terminal of [false, ['stdin'], ['stderr', 'stdout']] as const) {
      const { api, changes } = setUp();
      const { exitCode, questions } = await runCli(args, { fetch: api.fetch, terminal });
      expect([exitCode, questions, changes(), api.asked]).toEqual([2, [], [], []]);
    }
    const { api, changes } = setUp();
    expect((await runCli([...args, '--yes'], api)).exitCode).toBe(0);
    expect(changes()).toEqual([route]);
  });

  test.each(commands)('%j is not done after Ctrl-C: 130', async (args, _) => {
    const { api, changes } = setUp();
    const control = new AbortController();
    const { exitCode } = await runCli(args, {
      fetch: api.fetch,
      terminal: true,
      interrupted: control.signal,
      onQuestion: () => control.abort('SIGINT'),
    });
    expect([exitCode, changes()]).toEqual([130, []]);
  });

  test('purge says what is lost', async () => {
    const { api } = setUp();
    const { questions } = await runCli(['purge', 'job-1'], { fetch: api.fetch, terminal: true });
    expect(questions[0]).toContain('Job job-1 of clicks, group "x" is dead; it and its 3 items will be gone');
  });
});

describe('redrive and purge', () => {
  test('one job is run again without a question', async () => {
    const api = new FakeApi();
    const { exitCode, stdout } = await runCli(['redrive', 'job-7'], api);
    expect([exitCode, stdout]).toEqual([0, 'Job job-7 runs again.\n']);
    expect(api.asked[0]?.path).toBe('/v1/jobs/job-7/redrive');
    expect((await runCli(['redrive', 'job-7', '--json'], api)).json()).toMatchObject({ status: 'waiting' });
  });

  test('all of a batch', async () => {
    const api = new FakeApi();
    expect((await runCli(['redrive', '--all', 'clicks', '-y'], api)).stdout).toBe(
      '5 jobs of clicks run again.\n',
    );
    expect((await runCli(['redrive', '--all', 'clicks', '-y', '--json'], api)).json()).toEqual({
      redriven: 5,
    });
  });

  test.each([[['redrive']], [['redrive', 'job-1', '--all', 'clicks']], [['purge']]])(
    '%j is wrong usage',
    async args => {
      const api = new FakeApi();
      expect((await runCli(args, api)).exitCode).toBe(2);
      expect(api.asked).toEqual([]);
    },
  );

  test('purge', async () => {
    expect((await runCli(['purge', 'a', '--yes'], new FakeApi())).stdout).toBe('Job a is gone.\n');
    const refused = () => problem(409, 'job.not_purgeable');
    const api = new FakeApi().next('POST /v1/jobs/a/purge', refused);
    expect((await runCli(['purge', 'a', '--yes'], api)).exitCode).toBe(4);
  });
});

describe('drain', () => {
  const ROUTE = 'GET /v1/batches/clicks/drain';
  const drain = (api: FakeApi, ...more: string[]) => runCli(['drain', 'clicks', '--yes', ...more], api);
  const left = { items: 7, waiting: 1, active: 2, retrying: 0, parked: 0 };

  test('is started with its time, and followed to its end', async () => {
    const api = new FakeApi().next(ROUTE, drainReport({ completed: 1 }), drainReport({ completed: 2 }));
    const { exitCode, stdout, stderr, slept } = await drain(api, '--timeout', '1h30m');
    expect(api.asked[0]?.body).toEqual({ timeoutMs: 5_400_000 });
    expect(slept).toEqual([1_000, 1_000, 1_000]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('clicks was drained in 5s, and is paused');
    expect(stderr).toBe('');
  });

  test('--json is the last report', async () => {
    const report = drainReport({ state: 'drained', finishedAt: at(3), completed: 3 });
    const { json } = await drain(new FakeApi().next(ROUTE, report), '--json');
    expect(json()).toEqual(report);
  });

  test('that left jobs dead: 1', async () => {
    const api = new FakeApi().next(ROUTE, drainReport({ state: 'drained', completed: 2, dead: 1 }));
    expect((await drain(api)).exitCode).toBe(1);
  });

  test('that was not done in its time: 5, and says what is left', async () => {
    const api = new FakeApi().next(ROUTE, drainReport({ state: 'timed_out', left }));
    const { exitCode, stdout } = await drain(api);
    expect(exitCode).toBe(5);
    expect(stdout).toContain('7 items buffered; jobs: 1 waiting, 2 active');
  });

  test('that nobody ends: 5, a while after its time', async () => {
    const api = new FakeApi().next(ROUTE, ...Array.from({ length: 30 }, () => drainReport()));
    const { exitCode, slept } = await drain(api, '--timeout', '5s');
    expect(exitCode).toBe(5);
    expect(slept).toHaveLength(15);
  });

  test('goes on being followed over what fails for a moment, and not for long', async () => {
    const down = () => problem(500, 'internal');
    const moment = new FakeApi().next(ROUTE, down, () => Promise.reject(new TypeError('fetch failed')));
    expect((await drain(moment)).exitCode).toBe(0);
    const long = new FakeApi().next(ROUTE, ...Array.from({ length: 60 }, () => down));
    const { exitCode, slept } = await drain(long);
    expect(exitCode).toBe(1);
    expect(slept).toHaveLength(31);
  });

  test('--no-wait only starts it', async () => {
    const api = new FakeApi();
    const { exitCode, stdout } = await drain(api, '--no-wait');
    expect([exitCode, api.asked.length]).toEqual([0, 1]);
    expect(stdout).toContain('clicks is draining, for 2s so far.');
  });

  test('Ctrl-C ends the waiting, and says that the drain goes on', async () => {
    const control = new AbortController();
    const api = new FakeApi();
    const { exitCode, stderr } = await runCli(['drain', 'clicks', '--yes'], {
      fetch: api.fetch,
      interrupted: control.signal,
      onSleep: () => control.abort('SIGINT'),
    });
    expect([exitCode, api.asked.length]).toEqual([130, 1]);
    expect(stderr).toContain('clicks goes on draining');
  });

  test.each(['5', '', '-1s', '1x', '5m30'])('--timeout %p is wrong usage', async time => {
    expect((await drain(new FakeApi(), `--timeout=${time}`)).exitCode).toBe(2);
  });
});
