import { describe, expect, test } from '@jest/globals';
import type { JobInfo } from '../../cli/api/api-types.ts';
import { eventLine } from '../../cli/output/event-line.ts';
import { jobEvents, seenOf } from '../../cli/tail/job-events.ts';
import { at, batchStatus, jobInfo, problem } from '../support/answers.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const lines = (text: string) => text.trimEnd().split('\n');
const plain = { style: (_: string, text: string) => text };
const failed = (attempt: number, more = {}) => ({
  attempt,
  startedAt: at(attempt),
  finishedAt: at(attempt),
  outcome: 'failed',
  error: { name: 'E', message: 'boom' },
  ...more,
});

/** Aborts after so many sleeps. */
function interruptedAfter(sleeps: number, onSleep: (n: number) => void = () => {}) {
  const controller = new AbortController();
  let slept = 0;
  return {
    interrupted: controller.signal,
    onSleep: () => {
      slept += 1;
      onSleep(slept);
      if (slept >= sleeps) controller.abort('SIGINT');
    },
  };
}

describe('what happened to a job', () => {
  const info = (more = {}) => jobInfo('j', more) as unknown as JobInfo;

  test('is all of it where the job is new', () => {
    const job = info({
      status: 'dead',
      attempts: [failed(1), failed(2)],
      attempt: 2,
      error: { name: 'E', message: 'boom' },
    });
    expect(jobEvents(job, undefined).map(({ type }) => type)).toEqual([
      'Cistern Batch Sealed',
      'Cistern Attempt Failed',
      'Cistern Attempt Failed',
      'Cistern Batch Dead',
    ]);
  });

  test('is what is new where it was seen before, over redrives too', () => {
    const before = info({ status: 'dead', attempts: [failed(1)], attempt: 1 });
    const retried = info({
      status: 'retrying',
      finishedAt: undefined,
      attempts: [failed(1), failed(1, { redrive: 1 })],
    });
    expect(jobEvents(retried, seenOf(before))).toMatchObject([
      { type: 'Cistern Attempt Failed', attempt: 1 },
    ]);
    expect(jobEvents(info({ attempt: 2 }), seenOf(retried))).toMatchObject([
      { type: 'Cistern Batch Succeeded', attempt: 2 },
    ]);
    expect(jobEvents(info(), seenOf(info()))).toEqual([]);
  });

  test('is a line that drives no terminal', () => {
    const line = eventLine(
      {
        type: 'Cistern Batch Dead',
        batch: 'clicks',
        group: '\u001b[31m',
        job: 'j',
        at: at(0),
        status: 'dead',
        attempt: 2,
        items: 3,
        error: { name: 'E', message: 'x\ny' },
      },
      plain,
    );
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d {2}dead {11}clicks \\u001b\[31m {2}j {2}3 items after 2 attempts: E: x\\ny\n$/,
    );
  });
});

describe('tail', () => {
  test('tells what happens from now on, in its order, and ends well at Ctrl-C', async () => {
    const api = new MemoryApi();
    api.shows(jobInfo('old'));
    const world = interruptedAfter(3, n => {
      const waiting = { status: 'waiting', sealedAt: at(1), finishedAt: undefined, attempts: [] };
      const done = { sealedAt: at(1), startedAt: at(2), finishedAt: at(3) };
      if (n <= 2) api.shows(jobInfo('new', n === 1 ? waiting : done), jobInfo('old'));
    });
    const { exitCode, stdout } = await runCli(['tail', 'clicks'], { ...world, fetch: api.fetch });
    expect(lines(stdout).map(line => line.slice(10))).toEqual([
      'flushed        clicks  new  at most 3 items (size)',
      'completed      clicks  new  3 items in 1s',
    ]);
    expect(exitCode).toBe(0);
  });

  test('--json writes an event a line', async () => {
    const api = new MemoryApi();
    const world = interruptedAfter(2, () => {
      api.shows(jobInfo('new', { group: 'x' }));
    });
    const { stdout } = await runCli(['tail', 'clicks', '--json'], { ...world, fetch: api.fetch });
    expect(lines(stdout).map(line => JSON.parse(line))).toMatchObject([
      { type: 'Cistern Batch Sealed', batch: 'clicks', job: 'new', group: 'x' },
      { type: 'Cistern Batch Succeeded', job: 'new' },
    ]);
  });

  test('retries failures to ask for 30 s, and then tells of them', async () => {
    const down = () => problem(502, 'internal');
    const route = 'GET /v1/batches/clicks/jobs';
    const once = new MemoryApi().next(route, down);
    expect((await runCli(['tail', 'clicks'], { ...interruptedAfter(3), fetch: once.fetch })).exitCode).toBe(
      0,
    );
    const always = new MemoryApi().next(route, ...Array.from({ length: 100 }, () => down));
    const { exitCode, slept } = await runCli(['tail', 'clicks'], always);
    expect([exitCode, slept.length]).toEqual([1, 31]);
  });
});

describe('status --watch', () => {
  test('shows it again every two seconds, in place of the one before, until Ctrl-C', async () => {
    const { fetch } = new MemoryApi();
    const world = { ...interruptedAfter(3), fetch, terminal: true, env: { NO_COLOR: '1' } };
    const { exitCode, stdout, slept } = await runCli(['status', '--watch'], world);
    expect(stdout.split('\u001b[H\u001b[2J\u001b[3J').filter(part => part.includes('BATCH'))).toHaveLength(3);
    expect([exitCode, slept]).toEqual([0, [2_000, 2_000, 2_000]]);
  });

  test('with --json it is a line each time', async () => {
    const { fetch } = new MemoryApi();
    const { stdout } = await runCli(['status', 'clicks', '-w', '--json'], { ...interruptedAfter(2), fetch });
    expect(lines(stdout).map(line => JSON.parse(line).batch)).toEqual(['clicks', 'clicks']);
  });
});

describe('wait', () => {
  test.each([
    ['completed', 0],
    ['failed', 1],
    ['dead', 1],
  ])('a job that ends as %s ends it with %d', async (status, expected) => {
    const api = new MemoryApi();
    api.shows(jobInfo('job-1', { status: 'active' }));
    const onSleep = () => {
      api.shows(jobInfo('job-1', { status }));
    };
    const { exitCode, stdout, slept } = await runCli(['wait', 'job-1'], { fetch: api.fetch, onSleep });
    expect([exitCode, slept]).toEqual([expected, [1_000]]);
    expect(stdout).toMatch(new RegExp(`status +${status}`));
  });

  test('it ends with 5 when the time is over', async () => {
    const api = new MemoryApi();
    api.shows(jobInfo('job-1', { status: 'active' }));
    const { exitCode, slept } = await runCli(['wait', 'job-1', '--timeout', '2500ms'], api);
    expect([exitCode, slept]).toEqual([5, [1_000, 1_000, 500]]);
  });

  test('a job whose window is not flushed yet is waited for, and its window read once', async () => {
    const route = 'GET /v1/jobs/job-1/window';
    const api = new MemoryApi().next(route, { id: 'job-1', slots: [{ slot: 0, holds: 'item' }] });
    const args = ['wait', 'job-1', '--timeout', '2s'];
    const { exitCode, stderr } = await runCli(args, api);
    expect([exitCode, stderr]).toEqual([
      5,
      expect.stringContaining('[cli.timed_out] Job job-1 was not flushed'),
    ]);
    expect(api.asked.filter(({ path }) => path.endsWith('/window'))).toHaveLength(1);
  });

  test('a job that there is not ends it with 4', async () => {
    const api = new MemoryApi().next('GET /v1/jobs/job-1/window', { id: 'job-1', slots: [] });
    expect((await runCli(['wait', 'job-1'], api)).exitCode).toBe(4);
  });
});

test('tables fit a terminal of 60 columns, and say what they leave out', async () => {
  const api = new MemoryApi();
  const long = 'a-batch-with-a-rather-long-name';
  api.next('GET /v1/batches', { batches: [batchStatus(long, { paused: true, ingestionPaused: true })] });
  api.shows(
    jobInfo('0192d3a4-1111-5111-8111-111111111111', {
      group: long,
      status: 'retrying',
      nextAttemptAt: at(9),
      error: { name: 'TypeError', message: 'a long text about it' },
    }),
  );
  const world = { fetch: api.fetch, terminal: true, columns: 60, env: { NO_COLOR: '1' } };
  for (const args of [['status'], ['jobs', 'clicks'], ['groups', 'clicks'], ['flush', 'clicks']]) {
    const { stdout } = await runCli(args, world);
    for (const line of lines(stdout))
      expect([args, line.length <= 60 || line.startsWith('(no room')]).toEqual([args, true]);
  }
  expect((await runCli(['status'], world)).stdout).toContain('(no room for ');
});
