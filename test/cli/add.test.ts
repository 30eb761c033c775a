import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeApi, problem } from '../support/fake-api.ts';
import { runCli } from '../support/run-cli.ts';

const ROUTE = 'POST /v1/batches/clicks/items';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-add-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(folder, `${Math.random()}.ndjson`);
  await writeFile(path, text);
  return path;
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => JSON.stringify({ id: from + n }));
const sizes = (api: FakeApi) => api.asked.map(({ body }) => (body as { items: unknown[] }).items.length);
const add = (api: FakeApi, stdin: string, ...more: string[]) =>
  runCli(['add', 'clicks', '--json', ...more], { fetch: api.fetch, stdin });

describe('an item', () => {
  test.each(['{"id":1}', '"text"', 'null', ' [1, 2] '])('%s is added', async item => {
    const api = new FakeApi();
    const { exitCode, stdout } = await runCli(['add', 'clicks', item], api);
    expect([exitCode, stdout]).toEqual([0, 'Added to clicks. It is in job job-1.\n']);
    expect(api.asked[0]?.body).toEqual({ item: JSON.parse(item) });
  });

  test('a negative number comes after --', async () => {
    const api = new FakeApi();
    expect((await runCli(['add', 'clicks', '--', '-5'], api)).exitCode).toBe(0);
    expect(api.items).toEqual([-5]);
  });

  test('a duplicate was dropped; --json has the receipt', async () => {
    const api = new FakeApi();
    await runCli(['add', 'clicks', '{"id":1}'], api);
    expect((await runCli(['add', 'clicks', '{"id":1}'], api)).stdout).toContain('clicks had it already');
    const { json } = await runCli(['add', 'clicks', '{"id":1}', '--json'], api);
    expect(json()).toEqual({
      accepted: 0,
      duplicates: 1,
      receipts: [{ job: 'job-1', slot: 0, duplicate: true }],
    });
  });

  test('that is no JSON is wrong usage, and one that the API refuses is refused', async () => {
    const api = new FakeApi();
    expect(await runCli(['add', 'clicks', 'text'], api)).toMatchObject({ exitCode: 2 });
    // what is no JSON by itself would be some in the request
    expect(await runCli(['add', 'clicks', '1,"items":[2]'], api)).toMatchObject({ exitCode: 2 });
    expect(api.asked).toEqual([]);
    const { exitCode, stderr } = await runCli(['add', 'clicks', '{"bad":true}'], api);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[batch.item_refused]')]);
  });

  test('and a file, or neither on a terminal, is wrong usage', async () => {
    const api = new FakeApi();
    expect((await runCli(['add', 'clicks', '1', '--file', 'x'], api)).exitCode).toBe(2);
    expect((await runCli(['add', 'clicks'], { fetch: api.fetch, terminal: true })).exitCode).toBe(2);
  });
});

describe('lines', () => {
  test('of stdin are added in their order, each as it was written', async () => {
    const api = new FakeApi();
    const stdin = '\ufeff{"id":1, "big":12345678901234567890}\r\n\n  \n"two"\nnull\n{"id":4}';
    const { exitCode, stdout, stderr } = await runCli(['add', 'clicks'], { fetch: api.fetch, stdin });
    expect([exitCode, stdout, stderr]).toEqual([0, 'Added 4 items to clicks.\n', '']);
    expect(api.items.slice(1)).toEqual(['two', null, { id: 4 }]);
    expect(api.asked).toHaveLength(1);
  });

  test('of a file are sent in bulks of up to 1,000, with exact counts', async () => {
    const api = new FakeApi();
    const path = await file([...numbered(1, 2_300), ...numbered(1, 10)].join('\n'));
    const { exitCode, json } = await runCli(['add', 'clicks', '--file', path, '--json'], api);
    expect(exitCode).toBe(0);
    expect(json()).toEqual({
      batch: 'clicks',
      accepted: 2_300,
      duplicates: 10,
      refused: [],
      notAdded: [],
      unknown: [],
    });
    expect(sizes(api)).toEqual([1_000, 1_000, 310]);
  });

  test('keep every request within 4,000,000 bytes', async () => {
    const api = new FakeApi();
    const bytes: number[] = [];
    const path = await file(Array.from({ length: 25 }, () => JSON.stringify('ü'.repeat(175_000))).join('\n'));
    const { json } = await runCli(['add', 'clicks', '-f', path, '--json'], {
      fetch: async request => {
        bytes.push((await request.clone().arrayBuffer()).byteLength);
        return api.fetch(request);
      },
    });
    expect(json()).toMatchObject({ accepted: 25 });
    expect(Math.max(...bytes)).toBeLessThanOrEqual(4_000_000);
    expect(sizes(api)).toEqual([11, 11, 3]);
  });

  test('that are refused are named, and all others are added', async () => {
    const api = new FakeApi();
    const stdin = ['{"id":1}', '{"bad":true}', 'nope', '{"id":2}', '{"bad":true}', '{"id":3}'].join('\n');
    const { exitCode, stdout, stderr } = await runCli(['add', 'clicks'], { fetch: api.fetch, stdin });
    expect(exitCode).toBe(4);
    expect(stdout).toBe('Added 3 items to clicks.\n3 lines were refused.\n');
    expect(stderr).toContain('Line 2 was refused [batch.item_refused]: its schema refuses it\n');
    expect(stderr).toContain('Line 3 was refused [cli.line_not_json]');
    expect(api.items).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    const { json } = await add(new FakeApi(), stdin);
    expect(json()).toMatchObject({ refused: [{ line: 2 }, { line: 3 }, { line: 5 }] });
  });

  test('that are all refused cost a request each, and no more', async () => {
    const api = new FakeApi();
    const { exitCode, json } = await add(api, '{"bad":true}\n'.repeat(1_000));
    expect(exitCode).toBe(4);
    expect((json() as { refused: unknown[] }).refused).toHaveLength(1_000);
    expect(sizes(api).reduce((sum, size) => sum + size)).toBeLessThan(4_000);
  });

  test('that are refused too often end it, and say where to go on', async () => {
    const api = new FakeApi();
    const stdin = `${'x\n'.repeat(3)}{"id":1}\n`;
    const { exitCode, json, problem: told } = await add(api, stdin, '--max-refused', '2');
    expect(exitCode).toBe(4);
    expect(told()).toMatchObject({ code: 'cli.too_many_refused' });
    expect(json()).toMatchObject({ accepted: 0, resumeFrom: 1 });
  });

  test('that are not UTF-8 are refused, not changed', async () => {
    const path = await file(Buffer.concat([Buffer.from('"a'), Buffer.from([0xff]), Buffer.from('"\n1\n')]));
    const { json } = await runCli(['add', 'clicks', '--file', path, '--json'], new FakeApi());
    expect(json()).toMatchObject({ accepted: 1, refused: [{ line: 1, detail: 'It is not UTF-8.' }] });
  });

  test('that are longer than a request are refused, without being kept', async () => {
    const path = await file(`"${'x'.repeat(4_000_001)}"\n1\n`);
    const { json } = await runCli(['add', 'clicks', '--file', path, '--json'], new FakeApi());
    expect(json()).toMatchObject({ accepted: 1, refused: [{ line: 1, code: 'cli.line_too_long' }] });
  });

  test('cut anywhere are the same lines', async () => {
    const text = Buffer.from('{"t":"ä東"}\r\n\n2\n"x"');
    for (let at = 0; at <= text.length; at += 1) {
      const api = new FakeApi();
      const chunks = [text.subarray(0, at), text.subarray(at)];
      await runCli(['add', 'clicks'], { fetch: api.fetch, stdin: toAsync(chunks) });
      expect(api.items).toEqual([{ t: 'ä東' }, 2, 'x']);
    }
  });

  test('that come slowly are sent when nothing follows', async () => {
    const api = new FakeApi();
    let seen = 0;
    async function* slowly() {
      yield Buffer.from('1\n2\n3');
      while (api.asked.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
      seen = api.items.length;
      yield Buffer.from('0\n');
    }
    await runCli(['add', 'clicks'], { fetch: api.fetch, stdin: slowly() });
    expect([seen, api.items]).toEqual([2, [1, 2, 30]]);
  });

  test('before --from-line are passed over', async () => {
    const api = new FakeApi();
    const { json } = await add(api, 'x\n1\n2\n3\ny', '--from-line', '3');
    expect(json()).toMatchObject({ accepted: 2, refused: [{ line: 5 }] });
    expect(api.items).toEqual([2, 3]);
  });

  test('none: nothing is asked', async () => {
    const api = new FakeApi();
    expect((await add(api, '\n\n')).json()).toMatchObject({ accepted: 0 });
    expect(api.asked).toEqual([]);
  });

  test('of a file that is not there: 2', async () => {
    const { exitCode, stderr } = await runCli(['add', 'clicks', '--file', folder], new FakeApi());
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[cli.file_unreadable]')]);
    expect((await runCli(['add', 'clicks', '--file', `${folder}/x`], new FakeApi())).exitCode).toBe(2);
  });
});

describe('what may be stored is not sent again', () => {
  const receipt = (duplicate = false) => ({ job: 'job-1', slot: 0, duplicate });

  test('a bulk of which some is stored: only what certainly is not', async () => {
    const api = new FakeApi().next(ROUTE, () =>
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

    const whole = new FakeApi().next(ROUTE, () =>
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
    const api = new FakeApi().next(ROUTE, answer);
    const { exitCode, json } = await add(api, numbered(1, 2_500).join('\n'));
    expect(api.asked).toHaveLength(1);
    expect(exitCode).toBe(code);
    expect(json()).toMatchObject({ accepted: 0, notAdded: [], resumeFrom: 1_001 });
    expect((json() as { unknown: number[] }).unknown).toHaveLength(1_000);
  });

  test('nobody listens: certainly nothing is stored', async () => {
    const api = new FakeApi().next(ROUTE, () =>
      Promise.reject(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })),
    );
    const { exitCode, json } = await add(api, '1\n2');
    expect(exitCode).toBe(3);
    expect(json()).toMatchObject({ notAdded: [1, 2], unknown: [] });
    expect(json()).not.toHaveProperty('resumeFrom');
  });

  test('what is refused as a whole ends it, and nothing of it is stored', async () => {
    const { exitCode, json } = await runCli(['add', 'nothing', '--json'], {
      fetch: new FakeApi().fetch,
      stdin: '1\n2\n',
    });
    expect(exitCode).toBe(4);
    expect(json()).toMatchObject({ notAdded: [1, 2], unknown: [] });
  });

  test('a body that is too large is halved', async () => {
    const tooLarge = () => problem(413, 'request.too_large', { limit: 1 });
    const api = new FakeApi().next(ROUTE, tooLarge, tooLarge);
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
    const api = new FakeApi().next(
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
    const api = new FakeApi().next(
      ROUTE,
      ...Array.from({ length: 20 }, () => later(503, { 'retry-after': '4' })),
    );
    const { exitCode, slept, json, problem: told } = await add(api, '1', '--retry-for', '10s');
    expect([exitCode, slept]).toEqual([5, [4_000, 4_000]]);
    expect(json()).toMatchObject({ notAdded: [1] });
    expect(told()).toMatchObject({ code: 'batch.ingestion_paused', status: 503 });
  });

  test('is waited for with other commands too, for a little', async () => {
    const api = new FakeApi().next('GET /v1/batches', later(429, { 'retry-after': '1' }));
    expect(await runCli(['status'], api)).toMatchObject({ exitCode: 0, slept: [1_000] });
    const never = new FakeApi().next('GET /v1/batches', later(429, { 'retry-after': '60' }));
    expect(await runCli(['status'], never)).toMatchObject({ exitCode: 5, slept: [] });
  });
});

describe('Ctrl-C', () => {
  test('ends it after the request that is under way, and says where to go on', async () => {
    const control = new AbortController();
    const api = new FakeApi();
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
    const api = new FakeApi().next(ROUTE, () => problem(429, 'x', {}, { 'retry-after': '1' }));
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
      fetch: new FakeApi().fetch,
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
      fetch: new FakeApi().fetch,
      ...world,
    });
    expect(stderr).toBe('');
  });
});

const coded = (code: string): Error => Object.assign(new Error(code), { code });

async function* toAsync<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
