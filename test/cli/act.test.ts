import { describe, expect, test } from '@jest/globals';
import { at, drainReport, problem } from '../support/answers.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

describe('flush, pause, resume', () => {
  test.each([
    [['flush', 'clicks'], '/flush', {}, 'Flushed at most 4 items in 2 jobs.\n'],
    [
      ['flush', 'clicks', '--group', 'x', '--force'],
      '/flush',
      { group: 'x', force: true },
      'Flushed at most 3 items',
    ],
    [['flush', 'clicks', '--group', ''], '/flush', { group: '' }, 'Flushed at most 1 item in 1 job.\n'],
    [['pause', 'clicks'], '/pause', {}, 'clicks is paused; items are taken, and stay buffered.\n'],
    [['pause', 'clicks', '--ingestion'], '/pause', { ingestion: true }, 'it takes no items either.\n'],
    [['resume', 'clicks'], '/resume', {}, 'clicks goes on: 0 buffers were flushed, 0 parked jobs run.\n'],
  ])('%j', async (args, path, body, said) => {
    const api = await new MemoryApi().adds({ site: 'x' }, { site: 'x' }, { site: 'x' }, {});
    const { exitCode, stdout, stderr } = await runCli(args, api);
    expect(api.asked).toEqual([
      expect.objectContaining({ method: 'POST', path: `/v1/batches/clicks${path}`, body }),
    ]);
    expect(api.asked[0]?.headers['content-type']).toBe('application/json');
    expect(stdout).toContain(said);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('--json is the API’s answer', async () => {
    const api = new MemoryApi();
    expect((await runCli(['flush', 'clicks', '--json'], api)).json()).toEqual({ jobs: [] });
    expect((await runCli(['flush', 'clicks'], api)).stdout).toBe('Nothing was buffered.\n');
    expect((await runCli(['resume', 'clicks', '--json'], api)).json()).toMatchObject({ unparked: 0 });
  });

  test('a refusal: its code, 4, and the problem with --json', async () => {
    const api = new MemoryApi();
    await runCli(['pause', 'clicks'], api);
    const people = await runCli(['flush', 'clicks'], api);
    expect([people.exitCode, people.stdout, people.stderr]).toEqual([
      4,
      '',
      expect.stringMatching(/^error \[batch\.paused\] batch "clicks" is paused, .*\n$/),
    ]);
    const programs = await runCli(['flush', 'clicks', '--json'], api);
    expect([programs.exitCode, programs.stdout]).toEqual([4, '']);
    expect(programs.problem()).toMatchObject({ code: 'batch.paused', status: 409, batch: 'clicks' });
  });
});

describe('what has to be confirmed', () => {
  const commands = [
    [['purge', '<job>'], 'POST /v1/jobs/<job>/purge'],
    [['redrive', '--all', 'clicks'], 'POST /v1/batches/clicks/redrive'],
    [['drain', 'clicks'], 'POST /v1/batches/clicks/drain'],
  ] as const;
  /** A deployment with a dead job, whose id takes the place of `<job>`. */
  const setUp = async (given: readonly string[], asked = '') => {
    const api = new MemoryApi();
    const [job = ''] = await api.ran({ site: 'x', fail: true }, { site: 'x' }, { site: 'x' });
    // a drain counts what ends from its own beginning on
    api.clock.advance(1);
    const args = given.map(arg => arg.replace('<job>', job));
    return { api, job, args, route: asked.replace('<job>', job) };
  };

  test.each(commands)('%j is done after a yes', async (given, asked) => {
    const { api, args, route } = await setUp(given, asked);
    const { questions, exitCode } = await runCli(args, { ...api, terminal: true, answer: 'y' });
    expect(questions).toEqual([expect.stringMatching(/ Go on\? \[y\/N\] $/)]);
    expect([exitCode, api.changes]).toEqual([0, [route]]);
  });

  test.each(commands)('%j is not done after anything else', async (given, _) => {
    const { api, args } = await setUp(given);
    for (const answer of ['', 'n', 'yep', 'clicks']) {
      const { exitCode, stderr } = await runCli(args, { ...api, terminal: true, answer });
      expect([exitCode, api.changes]).toEqual([1, []]);
      expect(stderr).toContain('Nothing was done.');
    }
  });

  test.each(commands)('%j asks nobody where there is no terminal, and wants --yes', async (given, asked) => {
    const { api, args, route } = await setUp(given, asked);
    for (const terminal of [false, ['stdin'], ['stderr', 'stdout']] as const) {
      const { exitCode, questions } = await runCli(args, { ...api, terminal });
      expect([exitCode, questions, api.asked]).toEqual([2, [], []]);
    }
    expect((await runCli([...args, '--yes'], api)).exitCode).toBe(0);
    expect(api.changes).toEqual([route]);
  });

  test.each(commands)('%j is not done after Ctrl-C: 130', async (given, _) => {
    const { api, args } = await setUp(given);
    const control = new AbortController();
    const { exitCode } = await runCli(args, {
      ...api,
      terminal: true,
      interrupted: control.signal,
      onQuestion: () => control.abort('SIGINT'),
    });
    expect([exitCode, api.changes]).toEqual([130, []]);
  });

  test('purge says what is lost', async () => {
    const { api, args, job } = await setUp(['purge', '<job>']);
    const { questions } = await runCli(args, { ...api, terminal: true });
    expect(questions[0]).toContain(
      `Job ${job} of clicks, group "x" is dead; it and its 3 items will be gone`,
    );
  });
});

describe('redrive and purge', () => {
  test('one job is run again without a question', async () => {
    const api = new MemoryApi();
    const [job = ''] = await api.ran({ fail: true });
    const [other = ''] = await api.ran({ fail: true });
    const { exitCode, stdout } = await runCli(['redrive', job], api);
    expect([exitCode, stdout]).toEqual([0, `Job ${job} runs again.\n`]);
    expect(api.asked[0]?.path).toBe(`/v1/jobs/${job}/redrive`);
    expect((await runCli(['redrive', other, '--json'], api)).json()).toMatchObject({ status: 'waiting' });
  });

  test('all of a batch', async () => {
    const api = new MemoryApi();
    await api.ran({ fail: true }, { site: 'x', fail: true });
    const { stdout } = await runCli(['redrive', '--all', 'clicks', '-y'], api);
    expect(stdout).toBe('2 jobs of clicks run again.\n');
    const again = await runCli(['redrive', '--all', 'clicks', '-y', '--json'], api);
    expect(again.json()).toMatchObject({ redriven: 0 });
  });

  test.each([[['redrive']], [['redrive', 'job-1', '--all', 'clicks']], [['purge']]])(
    '%j is wrong usage',
    async args => {
      const api = new MemoryApi();
      expect((await runCli(args, api)).exitCode).toBe(2);
      expect(api.asked).toEqual([]);
    },
  );

  test('purge', async () => {
    const api = await new MemoryApi().waits(['waiting']);
    const [job = ''] = await api.ran({});
    expect((await runCli(['purge', job, '--yes'], api)).stdout).toBe(`Job ${job} is gone.\n`);
    const refused = await runCli(['purge', 'waiting', '--yes'], api);
    expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining('[job.not_ended]')]);
  });
});

describe('drain', () => {
  const ROUTE = 'GET /v1/batches/clicks/drain';
  const drain = (api: MemoryApi, ...more: string[]) => runCli(['drain', 'clicks', '--yes', ...more], api);
  const left = { items: 7, waiting: 1, active: 2, retrying: 0, parked: 0 };

  test('is started with its time, and followed to its end', async () => {
    const api = new MemoryApi().next(ROUTE, drainReport({ completed: 1 }), drainReport({ completed: 2 }));
    const { exitCode, stdout, stderr, slept } = await drain(api, '--timeout', '1h30m');
    expect(api.asked[0]?.body).toEqual({ timeoutMs: 5_400_000 });
    expect(slept).toEqual([1_000, 1_000, 1_000]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('clicks was drained in 3s, and is paused');
    expect(stderr).toBe('');
  });

  test('--json is the last report', async () => {
    const report = drainReport({ state: 'drained', finishedAt: at(3), completed: 3 });
    const { json } = await drain(new MemoryApi().next(ROUTE, report), '--json');
    expect(json()).toEqual(report);
  });

  test('that left jobs dead: 1', async () => {
    const api = new MemoryApi().next(ROUTE, drainReport({ state: 'drained', completed: 2, dead: 1 }));
    expect((await drain(api)).exitCode).toBe(1);
  });

  test('that was not done in its time: 5, and says what is left', async () => {
    const api = new MemoryApi().next(ROUTE, drainReport({ state: 'timed_out', left }));
    const { exitCode, stdout } = await drain(api);
    expect(exitCode).toBe(5);
    expect(stdout).toContain('7 items buffered; jobs: 1 waiting, 2 active');
  });

  test('that nobody ends: 5, a while after its time', async () => {
    const api = new MemoryApi().next(ROUTE, ...Array.from({ length: 30 }, () => drainReport()));
    const { exitCode, slept } = await drain(api, '--timeout', '5s');
    expect(exitCode).toBe(5);
    expect(slept).toHaveLength(15);
  });

  test('goes on being followed over what fails for a moment, and not for long', async () => {
    const down = () => problem(500, 'internal');
    const moment = new MemoryApi().next(ROUTE, down, () => Promise.reject(new TypeError('fetch failed')));
    expect((await drain(moment)).exitCode).toBe(0);
    const long = new MemoryApi().next(ROUTE, ...Array.from({ length: 60 }, () => down));
    const { exitCode, slept } = await drain(long);
    expect(exitCode).toBe(1);
    expect(slept).toHaveLength(31);
  });

  test('--no-wait only starts it', async () => {
    const api = new MemoryApi();
    const { exitCode, stdout } = await drain(api, '--no-wait');
    expect([exitCode, api.asked.length]).toEqual([0, 1]);
    expect(stdout).toContain('clicks is draining, for 0ms so far.');
  });

  test('Ctrl-C ends the waiting, and says that the drain goes on', async () => {
    const control = new AbortController();
    const api = new MemoryApi();
    const { exitCode, stderr } = await runCli(['drain', 'clicks', '--yes'], {
      fetch: api.fetch,
      interrupted: control.signal,
      onSleep: () => control.abort('SIGINT'),
    });
    expect([exitCode, api.asked.length]).toEqual([130, 1]);
    expect(stderr).toContain('clicks goes on draining');
  });

  test.each(['5', '', '-1s', '1x', '5m30'])('--timeout %p is wrong usage', async time => {
    expect((await drain(new MemoryApi(), `--timeout=${time}`)).exitCode).toBe(2);
  });
});

const FIRST = '0192d3a4-1111-5111-8111-111111111111';
const SECOND = '0192d3ff-2222-5222-8222-222222222222';

describe('the beginning of a job’s id', () => {
  test('is what tables show, and what commands take', async () => {
    const api = new MemoryApi();
    const [id = ''] = await api.ran({ id: 1, fail: true });
    const short = id.slice(0, 8);
    expect((await runCli(['jobs', 'clicks'], api)).stdout).toMatch(new RegExp(`^${short}  dead`, 'm'));
    expect((await runCli(['job', short, '--json'], api)).json()).toMatchObject({ id });
    expect((await runCli(['wait', short, '--json'], api)).json()).toMatchObject({ id });
    expect((await runCli(['redrive', short.toUpperCase(), '--json'], api)).json()).toMatchObject({ id });
    const [done = ''] = await api.ran({ id: 2 });
    const purged = await runCli(['purge', done.slice(0, 8), '--yes', '--json'], api);
    expect(purged.json()).toMatchObject({ purged: done });
  });

  test('that several jobs have is refused, with their ids', async () => {
    const api = await new MemoryApi().waits([FIRST, SECOND]);
    const { exitCode, stderr } = await runCli(['job', '0192d3'], api);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/\[cli.job_ambiguous\] 2 jobs .* Give more of/);
    expect(stderr).toContain(FIRST);
    expect(stderr).toContain(SECOND);
  });

  test('that no job has is refused, and says where it was looked for', async () => {
    const { exitCode, stderr } = await runCli(['job', 'abcd'], new MemoryApi());
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining("[cli.job_not_found] No job's")]);
  });

  test('is not looked for where the whole id is given', async () => {
    const api = await new MemoryApi().waits([FIRST, SECOND]);
    await runCli(['job', FIRST], api);
    expect(api.asked.map(({ path }) => path)).toEqual([`/v1/jobs/${FIRST}`]);
  });
});
