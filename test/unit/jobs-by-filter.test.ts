import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { groupErrors, withoutNumbers } from '#lib/jobs/error-groups';
import { findErrors } from '#lib/jobs/find-errors';
import { jobOfShortId } from '#lib/jobs/job-of-short-id';
import { aJob } from '../support/a-job.ts';
import { MemoryWork } from '../support/memory-work.ts';
import { operators } from '../support/operators.ts';
import { stillClock } from '../support/still-clock.ts';

const MINUTE = 60_000;

/** A batch of which each item is a job, in the group that it names; its handler does what the item says. */
function stage() {
  const definition = batch<{ readonly group: string; readonly does?: string }>({
    name: 'filtered',
    maxSize: 1,
    maxWaitMs: 24 * 60 * MINUTE,
    groupBy: ({ group }) => group,
    tags: ['nightly'],
    retries: { max: 0 },
    deadLetter: { enabled: true },
    handler: ({ batch: [item], failAt }) => {
      if (item?.does === 'throws') throw new Error(`no answer from shard ${item.group}`);
      if (item?.does === 'fails its item')
        failAt(0, new TypeError('Quota 12 is used up'), { retryable: false });
    },
  });
  const clock = stillClock();
  const work = new MemoryWork([definition], {}, clock);
  const add = async (group: string, does?: string) => {
    const [receipt] = await work.add(definition, [{ group, ...(does !== undefined && { does }) }]);
    await work.runJobs();
    clock.advance(MINUTE);
    return receipt?.job ?? '';
  };
  return { add, clock, work, operations: work.of(definition), services: work.memory.deployment.services };
}

describe('jobs', () => {
  test('are found by reason, tag, error, time and a part of the id', async () => {
    const { add, clock, operations } = stage();
    const began = clock.now();
    const fine = await add('a');
    const throws = await add('b', 'throws');
    const failed = await add('c', 'fails its item');
    const found = async (filter: Parameters<typeof operations.getJobs>[0]) =>
      (await operations.getJobs(filter)).jobs.map(({ id }) => id);
    expect(await found({ reason: 'size' })).toEqual([failed, throws, fine]);
    expect(await found({ reason: 'time' })).toEqual([]);
    expect(await found({ tag: 'nightly', group: 'a' })).toEqual([fine]);
    expect(await found({ tag: 'daily' })).toEqual([]);
    expect(await found({ error: 'no ANSWER' })).toEqual([throws]);
    expect(await found({ error: 'typeerror: quota' })).toEqual([failed]);
    expect(await found({ since: new Date(began + MINUTE) })).toEqual([failed, throws]);
    expect(await found({ until: new Date(began + MINUTE) })).toEqual([throws, fine]);
    expect(await found({ id: throws.slice(9, 18).toUpperCase() })).toEqual([throws]);
    for (const filter of [{ reason: 'x' }, { since: new Date(Number.NaN) }, { until: 5 }]) {
      await expect(operations.getJobs(filter as never)).rejects.toMatchObject({ code: 'request.malformed' });
    }
  });

  test('that ended before the time that is asked for are not read', async () => {
    const { add, clock, operations, services } = stage();
    for (let n = 0; n < 5; n++) await add('old');
    const since = new Date(clock.now());
    const young = await add('young');
    const read: string[] = [];
    const readJobs = services.store.jobs.readJobs.bind(services.store.jobs);
    services.store.jobs.readJobs = ids => {
      read.push(...ids);
      return readJobs(ids);
    };
    expect((await operations.getJobs({ status: 'completed', since })).jobs.map(({ id }) => id)).toEqual([
      young,
    ]);
    expect(read).toEqual([young]);
  });

  test('are redriven a page at a time, each once, and only those that are meant', async () => {
    const { add, operations, work } = stage();
    for (let n = 0; n < 5; n++) await add(`${n}`, 'throws');
    await add('other', 'fails its item');
    let [done, pages] = [0, 0];
    for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages++) {
      const page = await operations.redriveJobs({ error: 'no answer', limit: 2, cursor });
      done += page.done;
      expect(page.refused).toEqual([]);
      // what was redriven fails again, and is on no later page
      await work.runJobs();
      cursor = page.cursor;
    }
    expect(done).toBe(5);
    expect(
      (await operations.getJobs({ status: 'dead' })).jobs.map(({ redrives }) => redrives).sort(),
    ).toEqual([0, 1, 1, 1, 1, 1]);
  });

  test('that cannot be redriven are told, and hold nobody up', async () => {
    const { add, operations, services } = stage();
    const [one, other] = [await add('1', 'throws'), await add('2', 'throws')];
    const redrive = services.store.jobs.redrive.bind(services.store.jobs);
    services.store.jobs.redrive = async (id, ...rest) => (id === one ? 'refused' : redrive(id, ...rest));
    const page = await operations.redriveJobs({ status: 'dead' });
    expect(page).toMatchObject({ done: 1, refused: [{ job: one, code: 'job.not_redrivable' }] });
    expect((await operations.getJob(other))?.status).toBe('waiting');
  });

  test.each(['redriveJobs', 'purgeJobs'] as const)(
    'of which one fails are told by %s: which, and that the others are done',
    async operation => {
      const { add, operations, services } = stage();
      const ids = [await add('1', 'throws'), await add('2', 'throws'), await add('3', 'throws')];
      const warnings: string[] = [];
      Object.assign(services, { warn: (message: string) => warnings.push(message) });
      const { retention } = services.store;
      const fail = (id: string) => {
        if (id === ids[1]) throw Object.assign(new Error('secret'), { name: 'TimeoutError' });
      };
      const { prolong, erase } = retention;
      retention.prolong = async id => fail(id) ?? prolong.call(retention, id);
      retention.erase = async id => fail(id) ?? erase.call(retention, id);
      const page = await operations[operation]({ status: 'dead' });
      expect(page).toMatchObject({ done: 2, refused: [{ job: ids[1], code: 'internal' }] });
      expect(page.refused[0]?.message).toMatch(/met TimeoutError. It may be done or not/);
      expect(warnings).toEqual(['a job could not be redriven or purged']);
      // of a page of which all failed, nothing was done
      await expect(operations[operation]({ status: 'dead' })).rejects.toThrow('secret');
      retention.prolong = prolong;
      retention.erase = erase;
      expect(await operations[operation]({ status: 'dead' })).toMatchObject({ done: 1, refused: [] });
    },
  );

  test('that are all redriven are done but for the one that fails, before its error is raised', async () => {
    const { add, operations, services } = stage();
    const ids = [await add('1', 'throws'), await add('2', 'throws'), await add('3', 'throws')];
    const { retention } = services.store;
    const prolong = retention.prolong.bind(retention);
    retention.prolong = async id => {
      if (id === ids[2]) throw new Error('no answer');
      // the others take longer than the failure
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      await prolong(id);
    };
    await expect(operations.redriveAll()).rejects.toThrow('no answer');
    const statuses = await Promise.all(ids.map(async id => (await operations.getJob(id))?.status));
    expect(statuses).toEqual(['waiting', 'waiting', 'dead']);
  });

  test('are purged a page at a time, of one status', async () => {
    const { add, operations, clock } = stage();
    const fine = await add('a');
    const old = await add('b', 'throws');
    const until = new Date(clock.now() - 1);
    const young = await add('c', 'throws');
    expect(await operations.purgeJobs({ status: 'dead', until })).toEqual({ done: 1, refused: [] });
    expect((await operations.getJobs()).jobs.map(({ id }) => id).sort()).toEqual([fine, young].sort());
    expect(await operations.getJob(old)).toBeUndefined();
  });

  test('are not purged where they were redriven since they were found', async () => {
    const { add, operations, services, work } = stage();
    const [one, other] = [await add('1', 'throws'), await add('2', 'throws')];
    const { jobs } = services.store;
    const beginPurge = jobs.beginPurge.bind(jobs);
    jobs.beginPurge = async (id, redrives) => {
      if (id === one && redrives === 0) {
        await operations.redrive(one);
        await work.runJobs();
      }
      return beginPurge(id, redrives);
    };
    expect(await operations.purgeJobs({ status: 'dead', error: 'no answer' })).toMatchObject({
      done: 1,
      refused: [{ job: one, code: 'job.not_ended' }],
    });
    expect(await operations.getJob(one)).toMatchObject({ status: 'dead', redrives: 1 });
    expect(await operations.getJob(other)).toBeUndefined();
    // an operator who names the job means it, however it has ended
    await operations.purge(one);
    expect(await operations.getJob(one)).toBeUndefined();
  });

  test('are told as unknown where they are gone since they were found', async () => {
    const { add, operations, services } = stage();
    const one = await add('1', 'throws');
    const { jobs } = services.store;
    const beginPurge = jobs.beginPurge.bind(jobs);
    jobs.beginPurge = async () => {
      // TTL has deleted the record
      jobs.readJob = async () => undefined;
      return beginPurge('gone', 0);
    };
    expect(await operations.purgeJobs({ status: 'dead' })).toMatchObject({
      done: 0,
      refused: [{ job: one, code: 'job.unknown' }],
    });
  });

  test('are found by the beginning of an id that one job alone has', async () => {
    const { add, services } = stage();
    const ids = [await add('a'), await add('b')];
    const of = async (given: string) => (await jobOfShortId(services, ['filtered'], given)).id;
    expect(await of(ids[0] ?? '')).toBe(ids[0]);
    expect(await of((ids[1] ?? '').slice(0, 8).toUpperCase())).toBe(ids[1]);
    for (const unknown of ['ffffffff', 'abc', 'no id']) {
      await expect(of(unknown)).rejects.toMatchObject({ code: 'job.unknown' });
    }
    const list = services.store.jobs.list.bind(services.store.jobs);
    services.store.jobs.list = async (...query) =>
      (await list(...query)).map(entry => ({ ...entry, id: entry.id.replace(/^.{8}/, 'abcdef01') }));
    await expect(of('abcdef')).rejects.toMatchObject({ code: 'job.ambiguous' });
  });
});

describe('errors', () => {
  test.each([
    ['job 17 of 400 failed', 'job … of … failed'],
    ['no user 6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f', 'no user …'],
    ['at 2026-03-01T09:00:00.000Z it was late', 'at … it was late'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED …'],
    ['order ord_9aF3x and sha 0a1b2c3d4e5f', 'order … and sha …'],
    ['decade facade', 'decade facade'],
    ['ids 1, 2, 3 are gone', 'ids … are gone'],
  ])('are grouped without numbers and ids: %p', (message, expected) => {
    expect(withoutNumbers(message)).toBe(expected);
  });

  test('are told with their jobs and items, when they were first and last seen, the most frequent first', async () => {
    const { add, services } = stage();
    const ids = [await add('7', 'throws'), await add('8', 'throws')];
    await add('x', 'fails its item');
    await add('fine');
    const { errors, jobs, partial } = await findErrors(services, 'filtered');
    expect({ jobs, partial }).toEqual({ jobs: 3, partial: false });
    expect(errors).toMatchObject([
      {
        name: 'Error',
        message: 'no answer from shard …',
        example: 'no answer from shard 8',
        ...{ jobs: 2, ended: 2, items: 2 },
        latest: [...ids].reverse(),
      },
      { name: 'TypeError', message: 'Quota … is used up', jobs: 1, items: 1 },
    ]);
    const [first] = errors;
    expect((first?.lastAt.getTime() ?? 0) - (first?.firstAt.getTime() ?? 0)).toBe(MINUTE);
    expect((await findErrors(services, 'filtered', { group: 'x' })).errors).toHaveLength(1);
  });

  test('find the jobs of each group, by what the group says', async () => {
    const { add, operations, services } = stage();
    await add('7', 'throws');
    await add('8', 'throws');
    await add('x', 'fails its item');
    await add('fine');
    const { errors } = await findErrors(services, 'filtered');
    for (const { name, message, jobs, latest } of errors) {
      const page = await operations.getJobs({ says: `${name}: ${message}` });
      expect([page.jobs.length, page.jobs.map(({ id }) => id)]).toEqual([jobs, latest]);
    }
    expect((await operations.getJobs({ says: 'Error: no answer' })).jobs).toEqual([]);
    expect(await operations.redriveJobs({ says: 'Error: no answer from shard …' })).toMatchObject({
      done: 2,
    });
  });

  test('of a job whose items say nothing are those of the job', () => {
    const job = aJob({ status: 'dead', error: { name: 'E', message: 'whole' }, finishedAt: 5 });
    expect(groupErrors([job])).toMatchObject([{ message: 'whole', items: 0, jobs: 1, latest: [job.id] }]);
    const retrying = aJob({ id: 'b', status: 'retrying', error: { name: 'E', message: 'whole' } });
    expect(groupErrors([job, retrying])).toMatchObject([{ jobs: 2, ended: 1 }]);
  });
});

describe('over HTTP', () => {
  test('a job’s items are listed by what their errors say', async () => {
    const { get, post, run } = operators();
    await post('/v1/batches/plain/items', { items: [{ id: 1, fail: true }, { id: 2 }, { id: 3 }] });
    await run();
    const errors = (await get('/v1/batches/plain/errors')).body['errors'] as Record<string, string>[];
    const { name, message, latest } = errors[0] ?? {};
    const itemsThatSay = async (says: string) =>
      (await get(`/v1/jobs/${latest}?items=true&says=${encodeURIComponent(says)}`)).body['items'];
    expect(await itemsThatSay(`${name}: ${message}`)).toHaveLength(3);
    expect(await itemsThatSay('Error: another')).toEqual([]);
  });

  test('filters are read from the query and the body, and bad ones refused', async () => {
    const { get, post } = operators();
    await post('/v1/batches/plain/items', { items: [{ id: 1 }] });
    await post('/v1/batches/plain/flush');
    const list = await get(
      '/v1/batches/plain/jobs?reason=manual&since=2020-01-01&until=2999-01-01T00:00:00Z',
    );
    expect(list.status).toBe(200);
    for (const query of ['reason=x', 'since=yesterday', 'until=2026', 'since=2026-13-40']) {
      expect((await get(`/v1/batches/plain/jobs?${query}`)).status).toBe(400);
    }
    expect((await post('/v1/batches/plain/redrive', { error: 'x', limit: 10 })).status).toBe(200);
    expect((await post('/v1/batches/plain/purge', {})).status).toBe(400);
    expect((await post('/v1/batches/plain/purge', { status: 'waiting' })).status).toBe(400);
    expect((await post('/v1/batches/plain/purge', { status: 'dead' })).status).toBe(200);
    expect((await get('/v1/batches/plain/errors?since=2026-01-01')).status).toBe(200);
  });
});
