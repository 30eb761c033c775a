import { describe, expect, test } from '@jest/globals';
import { add, itemFiles, numbered, sizes } from '../support/cli-add.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

const { folder, file } = itemFiles();

describe('an item', () => {
  test.each(['{"id":1}', '"text"', 'null', ' [1, 2] '])('%s is added', async item => {
    const api = new MemoryApi();
    const { exitCode, stdout } = await runCli(['add', 'clicks', item], api);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^Added to clicks\. It is in job [0-9a-f-]{36}\.\n$/),
    ]);
    expect(api.asked[0]?.body).toEqual({ item: JSON.parse(item) });
  });

  test('a negative number comes after --', async () => {
    const api = new MemoryApi();
    expect((await runCli(['add', 'clicks', '--', '-5'], api)).exitCode).toBe(0);
    expect(await api.items()).toEqual([-5]);
  });

  test('a duplicate was dropped; --json has the receipt', async () => {
    const api = new MemoryApi();
    await runCli(['add', 'clicks', '{"id":1}'], api);
    expect((await runCli(['add', 'clicks', '{"id":1}'], api)).stdout).toContain('clicks had it already');
    const { json } = await runCli(['add', 'clicks', '{"id":1}', '--json'], api);
    expect(json()).toEqual({
      accepted: 0,
      duplicates: 1,
      receipts: [{ job: expect.any(String), slot: 0, duplicate: true }],
    });
  });

  test('that is no JSON is wrong usage, and one that the API refuses is refused', async () => {
    const api = new MemoryApi();
    expect(await runCli(['add', 'clicks', 'text'], api)).toMatchObject({ exitCode: 2 });
    // what is no JSON by itself would be some in the request
    expect(await runCli(['add', 'clicks', '1,"items":[2]'], api)).toMatchObject({ exitCode: 2 });
    expect(api.asked).toEqual([]);
    const { exitCode, stderr } = await runCli(['add', 'clicks', '{"bad":true}'], api);
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[batch.item_refused]')]);
  });

  test('and a file, or neither on a terminal, is wrong usage', async () => {
    const api = new MemoryApi();
    expect((await runCli(['add', 'clicks', '1', '--file', 'x'], api)).exitCode).toBe(2);
    expect((await runCli(['add', 'clicks'], { fetch: api.fetch, terminal: true })).exitCode).toBe(2);
  });
});

describe('lines', () => {
  test('of stdin are added in their order, each as it was written', async () => {
    const api = new MemoryApi();
    const stdin = '\ufeff{"id":1, "price":1.50}\r\n\n  \n"two"\nnull\n{"id":4}';
    const { exitCode, stdout, stderr } = await runCli(['add', 'clicks'], { fetch: api.fetch, stdin });
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      'Added 4 items to clicks.\n',
      'Reading stdin as newline-delimited JSON; --format names another format.\n',
    ]);
    expect(await api.items()).toEqual([{ id: 1, price: 1.5 }, 'two', null, { id: 4 }]);
    expect(api.asked).toHaveLength(1);
  });

  test('of a file are sent in bulks of up to 1,000, with exact counts', async () => {
    const api = new MemoryApi();
    const path = await file([...numbered(1, 2_300), ...numbered(1, 10)].join('\n'));
    const { exitCode, json } = await runCli(['add', 'clicks', '--file', path, '--json'], api);
    expect(exitCode).toBe(0);
    expect(json()).toEqual({
      batch: 'clicks',
      format: 'ndjson',
      accepted: 2_300,
      duplicates: 10,
      refused: [],
      notAdded: [],
      unknown: [],
    });
    expect(sizes(api)).toEqual([1_000, 1_000, 310]);
  });

  test('keep every request within 4,000,000 bytes', async () => {
    const api = new MemoryApi();
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
    const api = new MemoryApi();
    const stdin = ['{"id":1}', '{"bad":true}', 'nope', '{"id":2}', '{"bad":true}', '{"id":3}'].join('\n');
    const { exitCode, stdout, stderr } = await runCli(['add', 'clicks'], { fetch: api.fetch, stdin });
    expect(exitCode).toBe(4);
    expect(stdout).toBe('Added 3 items to clicks.\n3 lines were refused.\n');
    expect(stderr).toContain('Line 2 was refused [batch.item_refused]: its schema refuses it: it is bad\n');
    expect(stderr).toContain('Line 3 was refused [cli.line_not_json]');
    expect(await api.items()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    const { json } = await add(new MemoryApi(), stdin);
    expect(json()).toMatchObject({ refused: [{ line: 2 }, { line: 3 }, { line: 5 }] });
  });

  test('that are all refused cost a request each, and no more', async () => {
    const api = new MemoryApi();
    const { exitCode, json } = await add(api, '{"bad":true}\n'.repeat(1_000));
    expect(exitCode).toBe(4);
    expect((json() as { refused: unknown[] }).refused).toHaveLength(1_000);
    expect(sizes(api).reduce((sum, size) => sum + size)).toBeLessThan(4_000);
  });

  test('that are refused too often end it, and say where to go on', async () => {
    const api = new MemoryApi();
    const stdin = `${'x\n'.repeat(3)}{"id":1}\n`;
    const { exitCode, json, problem: told } = await add(api, stdin, '--max-refused', '2');
    expect(exitCode).toBe(4);
    expect(told()).toMatchObject({ code: 'cli.too_many_refused' });
    expect(json()).toMatchObject({ accepted: 0, resumeFrom: 1 });
  });

  test('that are not UTF-8 are refused, not changed', async () => {
    const path = await file(Buffer.concat([Buffer.from('"a'), Buffer.from([0xff]), Buffer.from('"\n1\n')]));
    const { json } = await runCli(['add', 'clicks', '--file', path, '--json'], new MemoryApi());
    expect(json()).toMatchObject({ accepted: 1, refused: [{ line: 1, detail: 'It is not UTF-8.' }] });
  });

  test('that are longer than a request are refused, without being kept', async () => {
    const path = await file(`"${'x'.repeat(4_000_001)}"\n1\n`);
    const { json } = await runCli(['add', 'clicks', '--file', path, '--json'], new MemoryApi());
    expect(json()).toMatchObject({ accepted: 1, refused: [{ line: 1, code: 'cli.line_too_long' }] });
  });

  test('cut anywhere are the same lines', async () => {
    const text = Buffer.from('{"t":"ä東"}\r\n\n2\n"x"');
    for (let at = 0; at <= text.length; at += 1) {
      const api = new MemoryApi();
      const chunks = [text.subarray(0, at), text.subarray(at)];
      await runCli(['add', 'clicks'], { fetch: api.fetch, stdin: toAsync(chunks) });
      expect(await api.items()).toEqual([{ t: 'ä東' }, 2, 'x']);
    }
  });

  test('that come slowly are sent when nothing follows', async () => {
    const api = new MemoryApi();
    let seen = 0;
    async function* slowly() {
      yield Buffer.from('1\n2\n3');
      while (api.asked.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
      seen = (await api.items()).length;
      yield Buffer.from('0\n');
    }
    await runCli(['add', 'clicks'], { fetch: api.fetch, stdin: slowly() });
    expect([seen, await api.items()]).toEqual([2, [1, 2, 30]]);
  });

  test('before --from-line are passed over', async () => {
    const api = new MemoryApi();
    const { json } = await add(api, 'x\n1\n2\n3\ny', '--from-line', '3');
    expect(json()).toMatchObject({ accepted: 2, refused: [{ line: 5 }] });
    expect(await api.items()).toEqual([2, 3]);
  });

  test('none: nothing is asked', async () => {
    const api = new MemoryApi();
    expect((await add(api, '\n\n')).json()).toMatchObject({ accepted: 0 });
    expect(api.asked).toEqual([]);
  });

  test('of a file that is not there: 2', async () => {
    const { exitCode, stderr } = await runCli(['add', 'clicks', '--file', folder()], new MemoryApi());
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[cli.file_unreadable]')]);
    expect((await runCli(['add', 'clicks', '--file', `${folder()}/x`], new MemoryApi())).exitCode).toBe(2);
  });
});

async function* toAsync<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
