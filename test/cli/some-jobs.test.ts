import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { httpApp } from '#functions/http/app';
import { JobError } from '#lib/errors';
import { MemoryWork } from '../support/memory-work.ts';
import { runCli } from '../support/run-cli.ts';
import { stillClock } from '../support/still-clock.ts';

const MINUTE = 60_000;

/** A batch with three dead jobs, a minute after each other, and a completed one, behind the real API. */
async function stage() {
  const clicks = batch<{ readonly group: string; readonly says?: string }>({
    ...{ name: 'clicks', maxSize: 1, maxWaitMs: 60 * MINUTE, retries: { max: 0 } },
    groupBy: ({ group }) => group,
    deadLetter: { enabled: true },
    handler: ({ batch: [item] }) => {
      if (item?.says !== undefined) throw new Error(item.says);
    },
  });
  const clock = stillClock();
  const work = new MemoryWork([clicks], {}, clock);
  const add = async (group: string, says?: string) => {
    await work.add(clicks, [{ group, ...(says !== undefined && { says }) }]);
    await work.runJobs();
    clock.advance(MINUTE);
  };
  await add('a', 'ECONNREFUSED 1');
  await add('b', 'no such row');
  await add('a', 'econnrefused 2');
  await add('a');
  const { fetch } = httpApp(work.memory.deployment, [clicks] as never);
  const asked: string[] = [];
  const cli = (args: readonly string[], world: Parameters<typeof runCli>[1] = {}) =>
    runCli(args, {
      now: clock.now,
      ...world,
      fetch: async request => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`);
        return (await world.fetch?.(request)) ?? fetch(request);
      },
    });
  const statuses = async () => (await work.of(clicks).getJobs()).jobs.map(({ status }) => status).sort();
  return { add, cli, asked, work, statuses };
}

const DEAD = ['--all', 'clicks', '--status', 'dead'];

describe.each([
  [
    'redrive',
    'redriven',
    (jobs: number) => `${jobs} job${jobs === 1 ? ' of clicks runs' : 's of clicks run'} again.`,
  ],
  [
    'purge',
    'purged',
    (jobs: number) => `${jobs} dead job${jobs === 1 ? ' of clicks is' : 's of clicks are'} gone for good.`,
  ],
] as const)('%s --all', (name, word, says) => {
  test.each([
    [['--error', 'econnrefused'], 2],
    [['--since', '3m'], 2],
    [['--until', '3m'], 2],
    [['--until', '4m'], 1],
    [['--group', 'b'], 1],
    [['--says', 'Error: ECONNREFUSED …'], 1],
    [['--error', 'ECONN', '--since', '3m', '--group', 'a'], 1],
    [['--error', 'nothing says this'], 0],
  ] as const)('with %j acts on what it chooses', async (filter, jobs) => {
    const { cli, statuses } = await stage();
    const { exitCode, json } = await cli([name, ...DEAD, ...filter, '--yes', '--json']);
    expect([exitCode, json()]).toEqual([0, { [word]: jobs, refused: [], left: 0 }]);
    expect((await statuses()).filter(status => status === 'dead')).toHaveLength(3 - jobs);
  });

  test('says how many there are before it asks, and does nothing after a no', async () => {
    const { cli, statuses } = await stage();
    const { exitCode, questions } = await cli([name, ...DEAD], { terminal: true, answer: 'n' });
    expect([exitCode, questions]).toEqual([1, [`${says(3)} Go on? [y/N] `]]);
    expect(await statuses()).toEqual(['completed', 'dead', 'dead', 'dead']);
    expect((await cli([name, ...DEAD])).exitCode).toBe(2);
  });

  test('does not act on what has died after the question', async () => {
    const { add, cli, asked, statuses } = await stage();
    const { stdout } = await cli([name, ...DEAD, '--yes'], {
      fetch: async request => {
        if (request.method === 'POST') await add('a', 'late');
        return undefined as never;
      },
    });
    expect(stdout).toBe(`${says(3)}\n`);
    expect(await statuses()).toContain('dead');
    expect(asked.filter(each => each.startsWith('POST'))).toEqual([`POST /v1/batches/clicks/${name}`]);
  });

  test('that found none does not act on what has died since, of which it has not asked', async () => {
    const { add, cli, statuses } = await stage();
    const { stdout, questions } = await cli([name, ...DEAD, '--group', 'c'], {
      terminal: true,
      answer: 'n',
      fetch: async request => {
        if (request.method === 'POST') await add('c', 'late');
        return undefined as never;
      },
    });
    expect([stdout, questions]).toEqual(['No job of clicks matches; nothing was done.\n', []]);
    expect((await statuses()).filter(status => status === 'dead')).toHaveLength(3);
  });

  test('goes on where a job is refused, and says which', async () => {
    const { cli, work } = await stage();
    const refuse = async (id: string) => {
      throw new JobError('job.not_redrivable', `${id} is another one’s`);
    };
    const { jobs } = work.memory.deployment.services.store;
    Object.assign(jobs, { redrive: refuse, purge: refuse });
    const { exitCode, json } = await cli([name, ...DEAD, '--group', 'b', '--yes', '--json']);
    expect([exitCode, json()]).toMatchObject([
      4,
      { [word]: 0, refused: [{ job: expect.any(String), code: 'job.not_redrivable' }], left: 0 },
    ]);
  });

  test('Ctrl-C ends it between two pages, and says how many are left', async () => {
    const control = new AbortController();
    const { cli } = await stage();
    const { exitCode, stderr } = await cli([name, ...DEAD, '--yes'], {
      interrupted: control.signal,
      fetch: async request => {
        if (request.method === 'GET') control.abort('SIGINT');
        return undefined as never;
      },
    });
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining(`3 jobs not ${word}`)]);
  });

  test('filters go with --all alone, and times have to be times', async () => {
    const { cli, asked } = await stage();
    for (const args of [
      [name, 'a1b2c3d4', '--error', 'x'],
      [name, ...DEAD, '--since', 'monday'],
      [name],
      [name, 'a1b2c3d4', '--all', 'clicks'],
    ]) {
      expect([args, (await cli(args)).exitCode]).toEqual([args, 2]);
    }
    expect(asked).toEqual([]);
  });
});

test('purge --all wants a status, since what it purges is gone', async () => {
  const { cli, asked } = await stage();
  const { exitCode, stderr } = await cli(['purge', '--all', 'clicks', '--yes']);
  expect([exitCode, stderr, asked]).toEqual([
    2,
    expect.stringContaining('--status dead, failed or completed'),
    [],
  ]);
});

test('purge --all --status completed leaves what has failed', async () => {
  const { cli, statuses } = await stage();
  await cli(['purge', '--all', 'clicks', '--status', 'completed', '--yes']);
  expect(await statuses()).toEqual(['dead', 'dead', 'dead']);
});
