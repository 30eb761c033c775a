import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { ask, runOn } from '../support/stack-cli.ts';
import { until } from '../support/until.ts';

interface Click {
  readonly id: string;
  readonly site?: string;
}

/** What the handlers got. */
const seen: string[] = [];
const clicks = batch<Click>({
  name: 'clicks',
  maxSize: 5,
  maxWaitMs: 600_000,
  groupBy: ({ site = '' }) => site,
  deduplicateBy: ({ id }) => id,
  handler: () => {},
});
const plain = batch<Click>({
  name: 'plain',
  maxSize: 50,
  maxWaitMs: 600_000,
  deduplicateBy: ({ id }) => id,
  handler: ({ batch: items }) => void seen.push(...items.map(({ id }) => id)),
});

const lines = (text: string) => text.trimEnd().split('\n');
/** Times at which the API read something: two answers differ in them. */
const unread = (text: unknown) =>
  JSON.parse(JSON.stringify(text, (key, value) => (key === 'asOf' ? 0 : value)));

let local: Local;
const cli = (...args: string[]) => runOn(local, args);
beforeAll(async () => {
  local = await startLocal({ batches: [clicks, plain], port: 0 });
  await clicks.addBulk(['a', 'a', 'b', ''].map((site, n) => ({ id: `${n}`, site })));
});
afterAll(() => local.stop());

describe('status and groups of a real stack', () => {
  test('every batch in a line, one in full', async () => {
    const { stdout, exitCode } = await cli('status');
    const [head, first, second] = lines(stdout);
    expect(head).toMatch(/^BATCH +STATE +BUFFERED +BUFFERS +OLDEST +WAITING/);
    expect(first).toMatch(/^clicks +enabled +4 +3 +\d+m?s +0 +0 +0 +0 +0 +0 +0$/);
    expect(second).toMatch(/^plain +enabled +0 +0 +0 /);
    expect(exitCode).toBe(0);
    const one = await cli('status', 'clicks');
    expect(one.stdout).toMatch(/buffered +4 items in 3 buffers, the oldest from /);
    expect(one.stdout).toMatch(/options +maxSize 5 · maxWaitMs 10m · grouped · deduplicated · persist/);
  });

  test('groups: the fullest first, the empty name too', async () => {
    const { stdout } = await cli('groups', 'clicks');
    expect(lines(stdout).map(row => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['GROUP', 'ITEMS'],
      ['a', '2/5'],
      ['""', '1/5'],
      ['b', '1/5'],
    ]);
    expect((await cli('groups', 'plain')).stdout).toBe('Nothing is buffered.\n');
  });

  test('groups come page by page', async () => {
    const { stdout, exitCode } = await cli('groups', 'clicks', '--limit', '1', '--all', '--json');
    const { groups } = await ask(local, '/v1/batches/clicks/groups');
    expect([exitCode, lines(stdout).map(line => JSON.parse(line))]).toEqual([0, groups]);
  });

  test.each([
    [['status'], '/v1/batches'],
    [['status', 'clicks'], '/v1/batches/clicks'],
    [['groups', 'clicks'], '/v1/batches/clicks/groups'],
  ])('%j --json is what the API says', async (args, path) => {
    expect(unread((await cli(...args, '--json')).json())).toEqual(unread(await ask(local, path)));
  });
});

describe('what there is not', () => {
  test.each([
    [['status', 'nothing']],
    [['groups', 'nothing']],
    [['add', 'nothing', '1']],
    [['flush', 'nothing']],
    [['pause', 'nothing']],
    [['resume', 'nothing']],
    [['drain', 'nothing', '--yes']],
  ])('%j: 4', async args => {
    const { exitCode, stdout, stderr } = await cli(...args);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toContain('error [batch.unknown] No batch is named "nothing"; there are: clicks, plain');
    const programs = await cli(...args, '--json');
    expect([programs.exitCode, programs.problem()]).toEqual([4, programs.answers[0]]);
  });

  test('nobody listens: 3', async () => {
    for (const args of [['status'], ['add', 'clicks', '1'], ['drain', 'clicks', '--yes']]) {
      const { exitCode, stderr } = await runOn({ url: 'http://127.0.0.1:1' }, args);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('error [cli.unreachable] ')]);
    }
  });
});

describe('add', () => {
  test('an item, a duplicate of it, one that is refused', async () => {
    const first = await cli('add', 'plain', '{"id":"a"}');
    expect([first.exitCode, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^Added to plain\. It is in job /),
    ]);
    const { json, answers, exitCode } = await cli('add', 'plain', '{"id":"a"}', '--json');
    expect([exitCode, json(), json()]).toEqual([0, answers[0], expect.objectContaining({ duplicates: 1 })]);
    const refused = await cli('add', 'plain', '{}');
    expect([refused.exitCode, refused.stderr]).toEqual([
      4,
      expect.stringContaining('error [batch.dedup_key_invalid] '),
    ]);
  });

  test('lines of stdin, some of them refused, some there already', async () => {
    const stdin = '{"id":"a"}\nno JSON\n\n{}\n{"id":"b"}\n{"id":"b"}\n';
    const { exitCode, json } = await runOn(local, ['add', 'plain', '--json'], { stdin });
    expect(exitCode).toBe(4);
    expect(json()).toEqual({
      batch: 'plain',
      format: 'ndjson',
      accepted: 1,
      duplicates: 2,
      refused: [
        { line: 2, code: 'cli.line_not_json', detail: expect.any(String) },
        { line: 4, code: 'batch.dedup_key_invalid', detail: expect.not.stringMatching(/item \d/) },
      ],
      notAdded: [],
      unknown: [],
    });
    const people = await runOn(local, ['add', 'plain'], { stdin: '[]\n{"id":"b"}\n' });
    expect(people.stderr).toContain('Line 1 was refused [batch.dedup_key_invalid]: ');
    expect(people.stdout).toBe('Added 0 items to plain; 1 duplicate was dropped.\n1 line was refused.\n');
  });

  test('lines of a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cistern-add-'));
    const file = join(folder, 'lines.ndjson');
    const ids = Array.from({ length: 120 }, (_, n) => `n${n}`);
    await writeFile(file, ids.map(id => `{"id":"${id}"}\n`).join(''));
    const { exitCode, stdout } = await cli('add', 'plain', '--file', file);
    await rm(folder, { recursive: true });
    expect([exitCode, stdout]).toEqual([0, 'Added 120 items to plain.\n']);
    await cli('flush', 'plain');
    const got = () => seen.filter(id => id.startsWith('n'));
    await until('all are handled', () => got().length === ids.length);
    expect(new Set(got())).toEqual(new Set(ids));
  });
});
