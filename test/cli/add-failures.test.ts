import { describe, expect, test } from '@jest/globals';
import { problem } from '../support/answers.ts';
import { add, itemFiles, numbered, sizes } from '../support/cli-add.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const ROUTE = 'POST /v1/batches/clicks/items';
const { file } = itemFiles();

describe('what may be stored is not sent again', () => {
  const receipt = (duplicate = false) => ({ job: 'job-1', slot: 0, duplicate });

  test('a bulk of which some is stored: only what certainly is not', async () => {
    const api = new MemoryApi().next(ROUTE, () =>
      problem(
        503,
        'batch.add_incomplete',
        {
          stored: [
            { index: 0, receipt: receipt() },
            { index: 3, receipt: receipt(true) },
          ],
          notStored: [1, 4],
          unknown: [2],
        },
        { 'retry-after': '1' },
      ),
    );
    const { exitCode, json } = await add(api, '1\n2\n3\n4\n5\n6');
    expect(api.asked).toHaveLength(1);
    expect(exitCode).toBe(1);
    // the details did not account for the sixth: nothing of them is taken for granted
    expect(json()).toMatchObject({ accepted: 0, unknown: [1, 2, 3, 4, 5, 6] });

    const whole = new MemoryApi().next(ROUTE, () =>
      problem(503, 'batch.add_incomplete', {
        stored: [
          { index: 0, receipt: receipt() },
          { index: 3, receipt: receipt(true) },
        ],
        notStored: [1, 4],
        unknown: [2],
      }),
    );
    const second = await add(whole, '1\n2\n3\n4\n5');
    expect(whole.asked.map(({ body }) => body)).toEqual([{ items: [1, 2, 3, 4, 5] }, { items: [2, 5] }]);
    expect(second.json()).toMatchObject({ accepted: 3, duplicates: 1, notAdded: [], unknown: [3] });
    expect([second.exitCode, second.slept]).toEqual([1, [500]]);
  });

  test('what stays unstored is given up in the end', async () => {
    const { exitCode, json, slept } = await runCli(['add', 'clicks', '--json', '--retry-for', '10s'], {
      stdin: '1\n2\n3\n',
      fetch: async request => {
        const { items } = (await request.json()) as { items: unknown[] };
        return problem(503, 'batch.add_incomplete', {
          stored: [],
          notStored: items.map((_, at) => at),
          unknown: [],
        });
      },
    });
    expect(exitCode).toBe(1);
    expect(json()).toMatchObject({ accepted: 0, notAdded: [1, 2, 3], unknown: [] });
    expect(slept.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(10_000);
  });

  test.each([
    ['no answer', () => Promise.reject(new TypeError('fetch failed', { cause: coded('ECONNRESET') })), 3],
    ['an error that tells nothing', () => problem(500, 'internal'), 1],
    [
      'a 503 of something on the way',
      () => new Response('{"message":"Service Unavailable"}', { status: 503 }),
      1,
    ],
    ['an answer that is no JSON', () => new Response('<html>'), 1],
  ])('after %s nothing more is sent, and it is not known', async (_, answer, code) => {
    const api = new MemoryApi().next(ROUTE, answer);
    const { exitCode, json } = await add(api, numbered(1, 2_500).join('\n'));
    expect(api.asked).toHaveLength(1);
    expect(exitCode).toBe(code);
    expect(json()).toMatchObject({ accepted: 0, notAdded: [], resumeFrom: 1_001 });
    expect((json() as { unknown: number[] }).unknown).toHaveLength(1_000);
  });

  test('nobody listens: certainly nothing is stored', async () => {
    const api = new MemoryApi().next(ROUTE, () =>
      Promise.reject(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })),
    );
    const { exitCode, json } = await add(api, '1\n2');
    expect(exitCode).toBe(3);
    expect(json()).toMatchObject({ notAdded: [1, 2], unknown: [] });
    expect(json()).not.toHaveProperty('resumeFrom');
  });

  test('what is refused as a whole ends it, and nothing of it is stored', async () => {
    const { exitCode, json } = await runCli(['add', 'nothing', '--json'], {
      fetch: new MemoryApi().fetch,
      stdin: '1\n2\n',
    });
    expect(exitCode).toBe(4);
    expect(json()).toMatchObject({ notAdded: [1, 2], unknown: [] });
  });

  test('a body that is too large is halved', async () => {
    const tooLarge = () => problem(413, 'request.too_large', { limit: 1 });
    const api = new MemoryApi().next(ROUTE, tooLarge, tooLarge);
    expect((await add(api, '1\n2\n3')).json()).toMatchObject({ accepted: 3 });
    expect(sizes(api)).toEqual([3, 2, 1, 1, 1]);
  });
});

describe('an API that says to come later', () => {
  const later =
    (status: number, header: Record<string, string>, details = {}) =>
    () =>
      problem(status, status === 429 ? 'batch.too_many_pending' : 'batch.ingestion_paused', details, header);

  test('is waited for as long as it says', async () => {
    const api = new MemoryApi().next(
      ROUTE,
      later(429, { 'retry-after': '2' }),
      later(503, { 'retry-after': '1' }, { retryAfterMs: 300 }),
      () => new Response('{"message":"Too Many Requests"}', { status: 429 }),
    );
    const { exitCode, slept, json } = await add(api, '1');
    expect([exitCode, slept]).toEqual([0, [2_000, 300, 2_000]]);
    expect(json()).toMatchObject({ accepted: 1 });
  });

  test('is not waited for longer than --retry-for: 5, and nothing is stored', async () => {
    const api = new MemoryApi().next(
      ROUTE,
      ...Array.from({ length: 20 }, () => later(503, { 'retry-after': '4' })),
    );
    const { exitCode, slept, json, problem: told } = await add(api, '1', '--retry-for', '10s');
    expect([exitCode, slept]).toEqual([5, [4_000, 4_000]]);
    expect(json()).toMatchObject({ notAdded: [1] });
    expect(told()).toMatchObject({ code: 'batch.ingestion_paused', status: 503 });
  });

  test('is waited for with other commands too, for a little', async () => {
    const api = new MemoryApi().next('GET /v1/batches', later(429, { 'retry-after': '1' }));
    expect(await runCli(['status'], api)).toMatchObject({ exitCode: 0, slept: [1_000] });
    const never = new MemoryApi().next('GET /v1/batches', later(429, { 'retry-after': '60' }));
    expect(await runCli(['status'], never)).toMatchObject({ exitCode: 5, slept: [] });
  });
});

describe('Ctrl-C', () => {
  test('ends it after the request that is under way, and says where to go on', async () => {
    const control = new AbortController();
    const api = new MemoryApi();
    const path = await file(numbered(1, 5_000).join('\n'));
    const { exitCode, json } = await runCli(['add', 'clicks', '--file', path, '--json'], {
      fetch: request => {
        control.abort('SIGINT');
        return api.fetch(request);
      },
      interrupted: control.signal,
    });
    expect([exitCode, sizes(api)]).toEqual([130, [1_000]]);
    expect(json()).toMatchObject({ accepted: 1_000, notAdded: [], unknown: [], resumeFrom: 1_001 });
  });

  test('while it waits: certainly nothing is stored', async () => {
    const control = new AbortController();
    const api = new MemoryApi().next(ROUTE, () => problem(429, 'x', {}, { 'retry-after': '1' }));
    const { exitCode, stdout } = await runCli(['add', 'clicks', '--json'], {
      fetch: api.fetch,
      stdin: '1',
      interrupted: control.signal,
      onSleep: () => control.abort('SIGTERM'),
    });
    expect(exitCode).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ notAdded: [1], unknown: [] });
  });
});

describe('progress', () => {
  test('is a bar on a terminal, and leaves nothing behind', async () => {
    const path = await file(numbered(1, 2_000).join('\n'));
    const { stderr, stdout } = await runCli(['add', 'clicks', '--file', path], {
      fetch: new MemoryApi().fetch,
      terminal: true,
      columns: 60,
    });
    expect(stderr).toContain('█');
    expect(stderr).toMatch(/ {2}1,000 items, 0 refused/);
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout).toBe('Added 2,000 items to clicks.\n');
  });

  test.each([
    [{ terminal: false }, []],
    [{ terminal: true }, ['--json']],
    [{ terminal: true, env: { TERM: 'dumb' } }, []],
  ])('is not there with %j %j', async (world, more) => {
    const path = await file(numbered(1, 2_000).join('\n'));
    const { stderr } = await runCli(['add', 'clicks', '--file', path, ...more], {
      fetch: new MemoryApi().fetch,
      ...world,
    });
    expect(stderr).toBe('');
  });
});

const coded = (code: string): Error => Object.assign(new Error(code), { code });
