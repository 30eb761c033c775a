import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type Local, startLocal } from 'cistern/local';
import { ask, runOn } from '../support/stack-cli.ts';
import { until } from '../support/until.ts';

interface Order {
  readonly id: string;
  readonly shop: string;
}

let isDown = false;
const orders = batch<Order>({
  name: 'orders',
  maxSize: 2,
  maxWaitMs: 600_000,
  groupBy: ({ shop }) => shop,
  retries: { max: 0, strategy: 'fixed', baseDelay: 1_000 },
  deadLetter: { enabled: true },
  tags: ['web'],
  handler: async ({ batch: items, progress }) => {
    if (isDown) throw new TypeError('the shop is down \u001b[31m');
    await progress(50, 'half of it');
    return { shipped: items.length };
  },
});

describe('jobs of a real stack', () => {
  let local: Local;
  const cli = (...args: string[]) => runOn(local, args);
  const lines = (text: string) => text.trimEnd().split('\n');

  /** Adds two orders of a shop, and waits for the end of their job. */
  async function job(shop: string, status: 'completed' | 'dead'): Promise<string> {
    isDown = status === 'dead';
    const [receipt] = await orders.addBulk([1, 2].map(n => ({ id: `${shop}-${n}`, shop })));
    const id = receipt?.job ?? '';
    await until(`${id} is ${status}`, async () => (await orders.getJob(id))?.status === status);
    isDown = false;
    return id;
  }

  let done: string[];
  let dead: string[];
  beforeAll(async () => {
    local = await startLocal({ batches: [orders], port: 0 });
    done = [await job('a', 'completed'), await job('b', 'completed'), await job('', 'completed')];
    dead = [await job('a', 'dead'), await job('b', 'dead'), await job('c', 'dead')];
  });
  afterAll(() => local.stop());

  describe('jobs', () => {
    test('shows each, the newest first, and what went wrong', async () => {
      const { stdout, stderr, exitCode } = await cli('jobs', 'orders');
      const [head, ...rows] = lines(stdout);
      expect(head).toMatch(/^JOB +STATUS +GROUP +ITEMS +BY +CREATED +TRIES +NOW$/);
      expect(rows.map(row => row.split(' ')[0])).toEqual(
        [...done, ...dead].reverse().map(id => id.slice(0, 8)),
      );
      expect(rows[0]).toMatch(/ dead +c +2 +size .* 1\/1 +TypeError: the shop is down \\u001b\[31m$/);
      expect(rows[3]).toMatch(/ completed +"" +2 +size /);
      expect([exitCode, stderr]).toEqual([0, '']);
    });

    test('--json is what the API says', async () => {
      const { json } = await cli('jobs', 'orders', '--json');
      expect(json()).toEqual(await ask(local, '/v1/batches/orders/jobs'));
    });

    test.each([
      [['--status', 'dead'], () => [...dead].reverse()],
      [['--group', 'a'], () => [dead[0], done[0]]],
      [['--group', ''], () => [done[2]]],
      [['--status', 'dead', '--group', 'b'], () => [dead[1]]],
      [['--status', 'waiting'], () => []],
    ])('%j', async (filter, expected) => {
      const { stdout } = await cli('jobs', 'orders', ...filter, '--all', '--json');
      const found = stdout.split('\n').filter(line => line !== '');
      expect(found.map(line => JSON.parse(line).id)).toEqual(expected());
      const people = await cli('jobs', 'orders', ...filter);
      if (found.length === 0) expect(people.stdout).toBe('There are no such jobs.\n');
      else expect(lines(people.stdout)).toHaveLength(found.length + 1);
    });

    test('goes from page to page, by hand or by itself', async () => {
      const first = await cli('jobs', 'orders', '--limit', '4');
      expect(lines(first.stdout)).toHaveLength(5);
      const cursor = /--cursor '(\S+)', or --all/.exec(first.stderr)?.[1] ?? '';
      const second = await cli('jobs', 'orders', '--limit', '4', '--cursor', cursor);
      expect(lines(second.stdout).slice(1)).toEqual([
        expect.stringContaining(done[1]?.slice(0, 8) ?? ''),
        expect.stringContaining(done[0]?.slice(0, 8) ?? ''),
      ]);
      expect(second.stderr).toBe('');
      const all = await cli('jobs', 'orders', '--limit', '2', '--all', '--json');
      const whole = await ask(local, '/v1/batches/orders/jobs');
      expect(lines(all.stdout).map(line => JSON.parse(line))).toEqual(whole['jobs']);
      expect(all.answers.length).toBeGreaterThan(2);
    });

    test.each([
      [['jobs', 'orders', '--status', 'lost'], 'request.malformed'],
      [['jobs', 'orders', '--limit', '0'], 'request.malformed'],
      [['jobs', 'orders', '--cursor', 'x'], 'request.malformed'],
      [['jobs', 'nothing'], 'batch.unknown'],
      [['job', '0192d3a4-0000-7000-8000-000000000000'], 'job.unknown'],
      [['job', 'no such/job?'], 'job.unknown'],
      [['redrive', 'x'], 'job.unknown'],
      [['redrive', '--all', 'nothing', '--yes'], 'batch.unknown'],
      [['purge', 'x', '--yes'], 'job.unknown'],
    ])('%j: 4, %s', async (args, code) => {
      const people = await cli(...args);
      expect([people.exitCode, people.stdout, people.stderr]).toEqual([
        4,
        '',
        expect.stringContaining(`error [${code}] `),
      ]);
      const programs = await cli(...args, '--json');
      expect([programs.exitCode, programs.problem()]).toEqual([4, programs.answers[0]]);
    });
  });

  describe('job', () => {
    test('shows what a handler did, and ends with 0', async () => {
      const [id = ''] = done;
      const { stdout, exitCode } = await cli('job', id);
      for (const fact of [
        /status +completed/,
        /group +"a"/,
        /items +2, 2 done, 0 left/,
        /flushed by +size/,
      ]) {
        expect(stdout).toMatch(fact);
      }
      expect(stdout).toMatch(/result +\{"shipped":2\}/);
      expect(stdout).toMatch(/progress .*50% {2}half of it/);
      expect(stdout).toMatch(/1 .* succeeded$/m);
      expect(stdout).toMatch(/tags +web/);
      expect(exitCode).toBe(0);
    });

    test('shows why it is dead and with which items, and ends with 1', async () => {
      const [id = ''] = dead;
      const { stdout, exitCode } = await cli('job', id, '--items');
      expect(stdout).toMatch(/error +TypeError: the shop is down \\u001b\[31m$/m);
      expect(stdout).toMatch(/^ *0 +dead +\{"id":"a-1","shop":"a"\} +TypeError: the shop is down/m);
      expect(stdout).toMatch(/^ *1 +dead +\{"id":"a-2","shop":"a"\} +TypeError: the shop is down/m);
      expect(exitCode).toBe(1);
    });

    test('--json is what the API says', async () => {
      const [id = ''] = dead;
      const plain = await cli('job', id, '--json');
      expect([plain.exitCode, plain.json()]).toEqual([1, await ask(local, `/v1/jobs/${id}`)]);
      const items = await cli('job', id, '--items', '--json');
      expect([items.exitCode, items.json()]).toEqual([1, await ask(local, `/v1/jobs/${id}?items=true`)]);
    });
  });

  // from here on dead jobs are redriven, or purged
  test('redrive runs one again, and refuses what has nothing to run', async () => {
    const [id = ''] = dead;
    const { stdout, exitCode } = await cli('redrive', id);
    expect([exitCode, stdout]).toEqual([0, `Job ${id} runs again.\n`]);
    await until('it is done', async () => (await cli('job', id)).exitCode === 0);
    expect((await cli('job', id)).stdout).toMatch(/redriven +1 time$/m);
    const again = await cli('redrive', id, '--json');
    expect([again.exitCode, again.problem()]).toEqual([4, again.answers[0]]);
    expect(again.problem()).toMatchObject({ code: 'job.not_redrivable', status: 409 });
  });

  test('redrive --all runs all of a batch again, when that is confirmed', async () => {
    expect((await cli('redrive', '--all', 'orders')).exitCode).toBe(2);
    const { json, exitCode, answers } = await cli('redrive', '--all', 'orders', '--yes', '--json');
    expect([exitCode, json(), answers]).toEqual([0, { redriven: 2 }, [{ redriven: 2 }]]);
    await until('they are done', async () => {
      const { stdout } = await cli('jobs', 'orders', '--status', 'completed', '--all', '--json');
      return lines(stdout).length === 6;
    });
    expect((await cli('redrive', '--all', 'orders', '-y')).stdout).toBe('0 jobs of orders run again.\n');
  });

  test('purge forgets a job that has ended', async () => {
    const [first = '', second = ''] = done;
    expect((await cli('purge', first)).exitCode).toBe(2);
    const asked = await runOn(local, ['purge', first], { terminal: true, answer: 'y' });
    expect(asked.questions).toEqual([
      `Job ${first} of orders, group "a" is completed; it and its 2 items will be gone for good. Go on? [y/N] `,
    ]);
    expect([asked.exitCode, asked.stdout]).toEqual([0, `Job ${first} is gone.\n`]);
    expect((await cli('job', first)).exitCode).toBe(4);
    const { json, answers } = await cli('purge', second, '--yes', '--json');
    const purged = { purged: second, batch: 'orders' };
    expect([json(), answers]).toEqual([purged, [purged]]);
  });
});
