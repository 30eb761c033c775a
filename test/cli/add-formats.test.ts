import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ArraySplitter } from '../../cli/add/array-splitter.ts';
import { formatOf } from '../../cli/add/format.ts';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function* bytes(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

describe('what a file is', () => {
  test.each([
    ['x.ndjson', '[1]\n', 'ndjson'],
    ['x.jsonl', 'a,b\n', 'ndjson'],
    ['x.csv', '[1]\n', 'csv'],
    ['x.json', '[1, 2]', 'json'],
    ['x.json', '\ufeff \n[\n  {"id":1},\n', 'json'],
    [undefined, '[1,2]\n[3,4]\n', 'ndjson'],
    [undefined, '[1,2]\n\n', 'json'],
    [undefined, '{"id":1}\n', 'ndjson'],
    [undefined, 'id,site\n1,a\n', 'csv'],
    [undefined, '"id","the site"\r\n1,a\n', 'csv'],
    [undefined, '"a"\n', 'ndjson'],
    [undefined, 'not json\n', 'ndjson'],
    [undefined, '{"id":1,\n', 'ndjson'],
    [undefined, '', 'ndjson'],
  ])('%p that begins with %j is %s', (name, beginning, format) => {
    expect(formatOf(name, beginning)).toBe(format);
  });
});

describe('a JSON array', () => {
  test('is as many items as it has, each as it was written, and the command says how it was read', async () => {
    const api = new MemoryApi();
    const path = await file('clicks.json', '[\n {"id":1, "price":1.50},\n "a,]\\"[{",\n [2,3], null ]\n');
    const { exitCode, stdout, stderr } = await runCli(['add', 'clicks', '--file', path], api);
    expect([exitCode, stdout]).toEqual([0, 'Added 4 items to clicks.\n']);
    expect(stderr).toBe(`Reading ${path} as a JSON array; --format names another format.\n`);
    expect(await api.items()).toEqual([{ id: 1, price: 1.5 }, 'a,]"[{', [2, 3], null]);
  });

  test('of no items adds none', async () => {
    const api = new MemoryApi();
    const { exitCode, json } = await runCli(['add', 'clicks', '--json'], {
      fetch: api.fetch,
      stdin: ' [ ] \n',
    });
    expect([exitCode, json()]).toEqual([
      0,
      expect.objectContaining({ format: 'json', accepted: 0, refused: [] }),
    ]);
  });

  test.each([
    ['[1, {"a" 2}, 3]', [1, 3], 2, 'It is not JSON'],
    ['[1, 2', [1], 2, 'The JSON array has no end'],
    ['[1, 2] 3', [1, 2], 3, '--format ndjson'],
    ['{"a": [1]}', [], 1, 'does not begin with "["'],
    ['[1,]', [1], 2, 'It is not JSON'],
  ])('%j: what is no item is refused by its number', async (stdin, added, line, detail) => {
    const api = new MemoryApi();
    const args = ['add', 'clicks', '--format', 'json', '--json'];
    const { exitCode, json } = await runCli(args, { fetch: api.fetch, stdin });
    expect(await api.items()).toEqual(added);
    expect(exitCode).toBe(4);
    expect(json()).toMatchObject({ refused: [{ line, detail: expect.stringContaining(detail) }] });
  });

  test('--from-line goes on at an item', async () => {
    const api = new MemoryApi();
    await runCli(['add', 'clicks', '--from-line', '3'], { fetch: api.fetch, stdin: '["a","b","c","d"]' });
    expect(await api.items()).toEqual(['c', 'd']);
  });

  test('comes out the same, wherever its text is cut', () => {
    const value = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(
        value,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(undefined, 2),
        (items, size, indent) => {
          const text = JSON.stringify(items, null, indent);
          const splitter = new ArraySplitter(1_000_000);
          const found = [];
          for (let at = 0; at < text.length; at += size)
            found.push(...splitter.take(text.slice(at, at + size)));
          expect(found.map(({ text: item = '' }) => JSON.parse(item))).toEqual(JSON.parse(text));
          expect(found.map(({ number }) => number)).toEqual(items.map((_, at) => at + 1));
          expect(splitter.wrong).toBeUndefined();
        },
      ),
    );
  });
});

describe('CSV', () => {
  test('has an item a row: fields are texts, and numbers where --numbers says so', async () => {
    const api = new MemoryApi();
    const path = await file('c.csv', '\ufeffid,"the name",price\r\n01,"a ""b"",\nc",1.50\r\n02,,\r\n\r\n');
    const args = ['add', 'clicks', '-f', path, '--numbers', 'price'];
    const { exitCode, stdout } = await runCli(args, api);
    expect([exitCode, stdout]).toEqual([0, 'Added 2 items to clicks.\n']);
    expect(await api.items()).toEqual([
      { id: '01', 'the name': 'a "b",\nc', price: 1.5 },
      { id: '02', 'the name': '' },
    ]);
  });

  test('a row that does not fit the header, or has no number where one has to be, is refused by its line', async () => {
    const api = new MemoryApi();
    const stdin = 'id,price\n1,5\n2\n3,x\n4,6\n';
    const args = ['add', 'clicks', '--numbers', 'price', '--json'];
    const { exitCode, json } = await runCli(args, { fetch: api.fetch, stdin: bytes(stdin, 3) });
    expect(exitCode).toBe(4);
    expect(json()).toMatchObject({
      format: 'csv',
      accepted: 2,
      refused: [
        { line: 3, code: 'cli.csv_row_invalid' },
        { line: 4, code: 'cli.csv_row_invalid' },
      ],
    });
  });

  test('a field named __proto__ is a field like any other', async () => {
    const api = new MemoryApi();
    await runCli(['add', 'clicks', '--format', 'csv'], { fetch: api.fetch, stdin: '__proto__,b\nx,y\n' });
    expect(JSON.stringify(api.asked[0]?.body)).toBe('{"items":[{"__proto__":"x","b":"y"}]}');
  });

  test.each([
    [['--numbers', 'nope'], 'a,b\n1,2\n', 2, 'cli.usage'],
    [[], 'a,a\n1,2\n', 4, 'cli.csv_invalid'],
    [[], 'a,b\n1,"2" 3\n', 4, 'cli.csv_invalid'],
  ])('%j with %j ends with %d', async (more, stdin, exitCode, code) => {
    const args = ['add', 'clicks', '--format', 'csv', '--json', ...more];
    const ran = await runCli(args, { fetch: new MemoryApi().fetch, stdin });
    expect([ran.exitCode, ran.problem()]).toEqual([exitCode, expect.objectContaining({ code })]);
  });

  test('--numbers goes with CSV alone', async () => {
    const args = ['add', 'clicks', '--numbers', 'a', '--json'];
    const { exitCode, problem } = await runCli(args, { fetch: new MemoryApi().fetch, stdin: '[1]' });
    expect([exitCode, problem()]).toEqual([2, expect.objectContaining({ code: 'cli.usage' })]);
  });
});
