import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { gate } from '../support/gate.ts';
import { runOn } from '../support/stack-cli.ts';
import { until } from '../support/until.ts';

interface Click {
  readonly id: string;
}

/** What the handlers got. */
const seen: string[] = [];
const held = gate();
const define = (name: string, handler: () => unknown = () => {}) =>
  batch<Click>({
    name,
    maxSize: 5,
    maxWaitMs: 600_000,
    retries: { max: 0, strategy: 'fixed', baseDelay: 1_000 },
    handler: async ({ batch: items }) => {
      seen.push(...items.map(({ id }) => `${name} ${id}`));
      await handler();
    },
  });
const paused = define('paused');
const drained = define('drained');
const slow = define('slow', () => held.opened);
const failing = define('failing', () => Promise.reject(new Error('no')));

let local: Local;
const cli = (...args: string[]) => runOn(local, args);
beforeAll(async () => {
  local = await startLocal({ batches: [paused, drained, slow, failing], port: 0 });
});
afterAll(async () => {
  held.open();
  await local.stop();
});

describe('pause, resume', () => {
  test('a paused batch is flushed by force alone, and goes on when it is resumed', async () => {
    await paused.add({ id: 'x' });
    const pause = await cli('pause', 'paused', '--json');
    expect([pause.exitCode, pause.json()]).toEqual([0, pause.answers[0]]);
    expect((await cli('status')).stdout).toMatch(/^paused +paused +1 /m);
    const refused = await cli('flush', 'paused', '--json');
    expect([refused.exitCode, refused.problem()]).toEqual([4, refused.answers[0]]);
    expect(refused.problem()).toMatchObject({ code: 'batch.paused', status: 409 });
    expect((await cli('flush', 'paused', '--force')).stdout).toContain('Flushed at most 1 item in 1 job.\n');

    expect((await cli('pause', 'paused', '--ingestion')).stdout).toContain('it takes no items either');
    const add = (...more: string[]) => cli('add', 'paused', '{"id":"y"}', '--retry-for', '0s', ...more);
    // obeyed within a second or two
    await until('it takes nothing', async () => (await add()).exitCode === 5);
    const later = await add('--json');
    expect(later.problem()).toMatchObject({ code: 'batch.ingestion_paused', retryAfterMs: 5_000 });
    const bulk = await runOn(local, ['add', 'paused', '--retry-for', '0s', '--json'], {
      stdin: '{"id":"z"}',
    });
    expect([bulk.exitCode, bulk.json()]).toEqual([
      5,
      expect.objectContaining({ notAdded: [1], unknown: [] }),
    ]);

    const patient = await runOn(local, ['add', 'paused', '{"id":"z"}'], {
      onSleep: async () => void (await cli('resume', 'paused')),
    });
    expect([patient.exitCode, patient.stderr]).toEqual([0, expect.stringContaining('Waiting: ')]);
    const { json, answers, stdout } = await cli('resume', 'paused', '--json');
    expect([json(), stdout]).toEqual([answers[0], expect.stringContaining('"paused":false')]);
    await until('the job that waited runs', () => seen.includes('paused x'));
  });
});

describe('drain', () => {
  test('to the end: 0; with a job that failed: 1; not in its time: 5; --no-wait, and followed later', async () => {
    await Promise.all([drained, slow, failing].map(each => each.add({ id: 'a' })));
    await slow.flush();
    await until('the slow one runs', () => seen.includes('slow a'));
    expect((await cli('drain', 'drained')).exitCode).toBe(2);
    const begun = await cli('drain', 'drained', '--yes', '--no-wait', '--json');
    expect([begun.exitCode, begun.json()]).toEqual([0, begun.answers[0]]);
    expect(begun.json()).toMatchObject({ state: 'draining', flushed: 1 });
    expect((await cli('status', 'drained')).stdout).toMatch(/state +draining since /);

    const [end, late, failed] = await Promise.all([
      cli('drain', 'drained', '--yes'),
      cli('drain', 'slow', '--yes', '--timeout', '1s'),
      cli('drain', 'failing', '--yes', '--json'),
    ]);
    expect([end.exitCode, end.stdout]).toEqual([
      0,
      expect.stringMatching(/^drained was drained in \d+s.*, and is paused/),
    ]);
    expect(end.stdout).toMatch(/flushed +1 job\n +completed +1\n/);
    expect([late.exitCode, late.stdout]).toEqual([
      5,
      expect.stringMatching(/^slow could not be drained in \d+s/),
    ]);
    expect(late.stdout).toMatch(/left +0 items buffered; jobs: 0 waiting, 1 active/);
    expect([failed.exitCode, failed.json()]).toEqual([1, failed.answers.at(-1)]);
    expect(failed.json()).toMatchObject({ state: 'drained', flushed: 1, completed: 0, failed: 1 });
    expect((await cli('status', 'failing')).stdout).toMatch(
      /state +paused since [\s\S]*Last errors\n.*\n.* failed +no$/m,
    );
  });
});
