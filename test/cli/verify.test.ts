import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { runOn } from '../support/stack-cli.ts';
import { until } from '../support/until.ts';

interface Click {
  readonly id: string;
}
interface Line {
  readonly batch: string;
  readonly job: string;
  readonly slot: number;
  readonly duplicate: boolean;
  readonly decided?: 'at flush';
  readonly item?: unknown;
  readonly key?: string;
  readonly at?: string | number;
}

const BOUNDS = { maxSize: 5, maxWaitMs: 3_600_000 };
const clicks = batch<Click>({ ...BOUNDS, name: 'clicks', deduplicateBy: ({ id }) => id, handler() {} });
const latest = batch<Click>({
  ...BOUNDS,
  name: 'latest',
  deduplicateBy: { key: ({ id }) => id, at: 'flush', keep: 'last' },
  handler() {},
});
const failing = batch<Click>({
  ...BOUNDS,
  name: 'failing',
  handler({ batch: [first, ...others], fail }) {
    if (others.length === 0) throw new Error('no');
    if (first) fail(first, new Error('no'), { retryable: false });
  },
});
const light = batch<Click>({ ...BOUNDS, name: 'light', persist: false, handler() {} });

let local: Local;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-verify-test-'));
  local = await startLocal({ batches: [clicks, latest, failing, light], port: 0 });
});
afterAll(async () => {
  await local.stop();
  await rm(folder, { recursive: true });
});

const items = (...ids: string[]): Click[] => ids.map(id => ({ id }));
const text = (lines: readonly unknown[]) =>
  lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
const cli = (args: readonly string[], stdin = '') => runOn(local, args, { stdin });

/** Receipts of a bulk as a producer of its own writes them. */
async function added(definition: typeof clicks, given: readonly Click[]): Promise<Line[]> {
  const receipts = await definition.addBulk(given);
  return receipts.map((receipt, at) => ({
    batch: definition.name,
    ...receipt,
    item: given[at],
    at: Date.now(),
  }));
}

interface Report {
  readonly receipts: number;
  readonly places: Readonly<Record<string, number>>;
  readonly broken: number;
  readonly breaches: readonly { code: string; job: string; lines: number[]; detail: string }[];
  readonly malformed: { count: number; first?: number };
}
async function verified(lines: readonly unknown[], ...more: string[]) {
  const ran = await cli(['verify', '-', '--json', ...more], text(lines));
  const report = ran.json() as Report;
  const places = Object.fromEntries(Object.entries(report.places).filter(([, count]) => count > 0));
  return {
    exitCode: ran.exitCode,
    report,
    places,
    codes: report.breaches.map(({ code, lines: of }) => [code, of]),
  };
}

describe('where the items of receipts are', () => {
  test('buffered, and done when their batch has run', async () => {
    const lines = await added(clicks, items('a', 'b', 'a'));
    expect(lines.map(({ duplicate }) => duplicate)).toEqual([false, false, true]);
    expect(await verified(lines)).toMatchObject({ exitCode: 0, places: { buffered: 3 }, codes: [] });
    await clicks.flush();
    await local.idle();
    expect(await verified(lines)).toMatchObject({ exitCode: 0, places: { done: 3 }, codes: [] });
  });

  test('parked while the batch is paused', async () => {
    await clicks.pause();
    let lines: Line[] = [];
    // for a second the consumer may not know of the pause
    await until('a job is parked', async () => {
      lines = await added(clicks, items('c'));
      await clicks.flush(undefined, { force: true });
      await until('it is not waiting', async () => (await verified(lines)).places['waiting'] === undefined);
      return (await verified(lines)).places['parked'] === 1;
    });
    await clicks.resume();
    await local.idle();
    expect((await verified(lines)).places).toEqual({ done: 1 });
  });

  test('failed, and done where the job failed with other items alone', async () => {
    const partly = await added(failing, items('1', '2', '3'));
    await failing.flush();
    await local.idle();
    expect(await verified(partly)).toMatchObject({ exitCode: 0, places: { failed: 1, done: 2 } });
    const whole = await added(failing, items('4'));
    await failing.flush();
    await local.idle();
    expect(await verified(whole)).toMatchObject({ exitCode: 0, places: { failed: 1 } });
    await failing.purge(whole[0]?.job ?? '');
    expect(await verified(whole)).toMatchObject({ exitCode: 0, places: { purged: 1 } });
  });

  test('by its job alone, where a batch gathers in memory', async () => {
    const lines = await added(light, items('1', '2'));
    await light.flush();
    await local.idle();
    expect(await verified(lines)).toMatchObject({ exitCode: 0, places: { done: 2 }, codes: [] });
  });

  test('duplicate, where duplicates are decided at the flush and another item with the key is in the batch', async () => {
    const lines = await added(latest, items('1', '2', '1'));
    const keyed = lines.map((line, at) => ({ ...line, key: ['1', '2', '1'][at] }));
    expect(await verified(keyed)).toMatchObject({ exitCode: 0, places: { buffered: 3 }, codes: [] });
    await latest.flush();
    await local.idle();
    expect(await verified(keyed)).toMatchObject({
      exitCode: 0,
      places: { done: 2, duplicate: 1 },
      codes: [],
    });
    // and of an item that was acknowledged for certain it would be a breach
    const certain = lines.map(({ decided: _, ...line }) => line);
    expect((await verified(certain)).codes).toEqual([['verify.item_dropped', [1]]]);
  });

  test('expired, where a receipt is old and nothing is left', async () => {
    const gone = { batch: 'clicks', job: '0b0b0b0b-0000-5000-8000-000000000000', slot: 0, duplicate: false };
    expect((await verified([{ ...gone, at: Date.now() - 15 * 86_400_000 }])).places).toEqual({ expired: 1 });
    expect((await verified([gone])).places).toEqual({ unknown: 1 });
    expect((await verified([{ ...gone, duplicate: true, at: Date.now() }])).places).toEqual({ unknown: 1 });
  });

  test('line by line with --each', async () => {
    const [line] = await added(clicks, items('each'));
    const { stdout } = await cli(['verify', '-', '--each'], text([line]));
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      line: 1,
      batch: 'clicks',
      job: line?.job,
      slot: line?.slot,
      duplicate: false,
      place: 'buffered',
    });
    await clicks.flush();
    await local.idle();
  });
});

describe('a broken promise', () => {
  test('an acknowledged item that is in no batch', async () => {
    const [line] = await added(clicks, items('m'));
    const lines = [
      { ...line, slot: 3 },
      { ...line, job: '0b0b0b0b-0000-5000-8000-000000000001' },
    ];
    expect(await verified(lines)).toMatchObject({
      exitCode: 1,
      places: { missing: 2 },
      report: { broken: 2, breaches: [{ code: 'verify.item_missing' }, { code: 'verify.item_missing' }] },
    });
    await clicks.flush();
    await local.idle();
  });

  test('a slot that was fenced under an acknowledged item', async () => {
    const [line] = await added(clicks, items('f'));
    const job = line?.job ?? '';
    await local.deployment.services.store.windows.putTombstone(job, { kind: 'tombstone', slot: 1, slots: 1 });
    expect(await verified([line, { ...line, slot: 1 }])).toMatchObject({
      exitCode: 1,
      places: { buffered: 1, missing: 1 },
      codes: [['verify.slot_fenced', [2]]],
    });
    await clicks.flush();
    await local.idle();
  });

  test('two items in one slot, and two with one key', async () => {
    const [one, two] = await added(clicks, items('s', 't'));
    expect((await verified([one, two, one])).codes).toEqual([['verify.slot_shared', [1, 3]]]);
    expect(
      (
        await verified([
          { ...one, key: 's' },
          { ...two, key: 's' },
        ])
      ).codes,
    ).toEqual([['verify.key_twice', [1, 2]]]);
    await clicks.flush();
    await local.idle();
  });

  test('another item than the one that was added, unless items are not to be compared', async () => {
    const [line] = await added(clicks, items('x'));
    const changed = { ...line, item: { id: 'y' } };
    expect((await verified([changed])).codes).toEqual([['verify.item_changed', [1]]]);
    expect(await verified([changed], '--no-items')).toMatchObject({ exitCode: 0, codes: [] });
    await clicks.flush();
    await local.idle();
    expect((await verified([changed])).codes).toEqual([['verify.item_changed', [1]]]);
  });

  test('is told with its lines, and ends with 1', async () => {
    const [line] = await added(clicks, items('told'));
    const { stdout, exitCode } = await cli(['verify', '-'], text([line, line]));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^2 receipts: 2 buffered\.\nBROKEN \[verify\.slot_shared\] .*\(line 1, 2\)\n1 promise is broken\.\n$/,
    );
  });
});

test('a line that is no receipt is counted, and ends with 1', async () => {
  const lines = ['no', '', '{"batch":"clicks"}', '[]'];
  expect(await verified(lines)).toMatchObject({ exitCode: 1, report: { malformed: { count: 3, first: 1 } } });
});

test('a file without a receipt keeps no promise and breaks none, and says what a receipt is', async () => {
  const { stdout } = await cli(['verify', '-'], text(['no']));
  expect(stdout).toContain('A receipt is a JSON object with batch, job, slot and duplicate.');
  expect(stdout).toContain('Nothing was compared.');
  expect(stdout).not.toContain('No promise is broken.');
});

test('a file that is not there is wrong usage', async () => {
  expect(await cli(['verify', join(folder, 'none')])).toMatchObject({ exitCode: 2 });
});

test('`cistern add --receipts` writes what `cistern verify` reads, of files and of single items', async () => {
  const receipts = join(folder, 'receipts.ndjson');
  const source = join(folder, 'clicks.ndjson');
  await writeFile(source, text(Array.from({ length: 1_003 }, (_, n) => ({ id: `file-${n % 1_000}` }))));
  await cli(['add', 'clicks', '--file', source, '--receipts', receipts]);
  await cli(['add', 'clicks', '{\n "id": "single" }', '--receipts', receipts]);
  await clicks.flush();
  await local.idle();
  const lines = (await readFile(receipts, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(1_004);
  const { stdout, exitCode } = await cli(['verify', receipts]);
  expect([exitCode, stdout]).toEqual([0, '1,004 receipts: 1,004 done.\nNo promise is broken.\n']);
});

test('a line that cannot be written is wrong usage, and nothing is added', async () => {
  const ran = await cli(['add', 'clicks', '{"id":"n"}', '--receipts', join(folder, 'no/such/folder')]);
  expect(ran).toMatchObject({ exitCode: 2, answers: [] });
});

// the last one: its job has no message, and never ends
test('a batch of more than maxSize and a job of another batch break a promise', async () => {
  const { store, clock } = local.deployment.services;
  const job = '0b0b0b0b-0000-5000-8000-000000000002';
  await store.windows.putChunk(job, {
    kind: 'chunk',
    slot: 0,
    slots: 6,
    holes: [],
    items: '[1,2,3,4,5,6]',
  });
  await store.jobs.putJob(
    {
      id: job,
      batch: 'clicks',
      group: undefined,
      place: { shard: 0, epoch: 'e', window: 0 },
      count: 6,
      reason: 'size',
      createdAt: clock.now(),
      deadline: clock.now(),
      sealedAt: clock.now(),
    },
    clock.now() + 3_600_000,
  );
  const line = { batch: 'failing', job, slot: 0, duplicate: false, item: 1 };
  expect((await verified([line])).codes).toEqual([
    ['verify.batch_oversized', []],
    ['verify.other_batch', [1]],
  ]);
});
