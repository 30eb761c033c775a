import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { admin } from '#functions/admin';
import { adminHttp } from '#functions/admin-http';
import { ADMIN_ACTIONS, type AdminAction } from '#lib/topology';
import { actionFromEnvironment } from '../../functions/lambda/action.ts';
import { operators } from '../support/operators.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

function setUp() {
  const world = operators();
  /** Invokes an action's function, and answers as whoever invoked it reads it. */
  const invoke = async (action: AdminAction, event?: unknown): Promise<Record<string, unknown>> =>
    JSON.parse(JSON.stringify(await admin(world.deployment, world.definitions, action)(event)));
  const add = (...items: object[]) => world.post('/v1/batches/plain/items', { items });
  return { ...world, invoke, add };
}

describe('each action by direct invocation', () => {
  test('flush: a group or all, and while paused if forced', async () => {
    const { invoke, add, post } = setUp();
    await add({ id: 1 });
    expect(await invoke('flush', { batch: 'plain' })).toMatchObject({ jobs: [{ items: 1 }] });
    await post(`/v1/batches/A.b_c:d-1/items`, { items: [{ g: '' }, { g: 'a' }] });
    expect(await invoke('flush', { batch: 'A.b_c:d-1', group: '' })).toMatchObject({
      jobs: [{ group: '', items: 1 }],
    });
    await add({ id: 2 });
    await invoke('pause', { batch: 'plain' });
    expect(await invoke('flush', { batch: 'plain' })).toMatchObject({ status: 409, code: 'batch.paused' });
    expect(await invoke('flush', { batch: 'plain', force: true })).toMatchObject({ jobs: [{ items: 1 }] });
  });

  test('pause and resume, with ingestion', async () => {
    const { invoke } = setUp();
    expect(await invoke('pause', { batch: 'plain', ingestion: true })).toMatchObject({
      batch: 'plain',
      paused: true,
      ingestionPaused: true,
      since: expect.stringMatching(/Z$/),
    });
    expect(await invoke('resume', { batch: 'plain' })).toMatchObject({
      paused: false,
      flushed: 0,
      unparked: 0,
    });
  });

  test('drain begins and reports', async () => {
    const { clock, invoke, add, run } = setUp();
    const report = { batch: 'plain', report: true };
    expect(await invoke('drain', report)).toMatchObject({ status: 404, code: 'batch.not_draining' });
    await add({ id: 1 });
    expect(await invoke('drain', { batch: 'plain', timeoutMs: 60_000 })).toMatchObject({
      state: 'draining',
      flushed: 1,
    });
    await run();
    clock.advance(10_000);
    expect(await invoke('drain', report)).toMatchObject({ state: 'drained', completed: 1 });
  });

  test('status of one or of all', async () => {
    const { invoke } = setUp();
    expect(await invoke('status', { batch: 'plain' })).toMatchObject({
      batch: 'plain',
      buffers: { open: 0 },
    });
    expect((await invoke('status'))['batches']).toHaveLength(5);
    expect((await invoke('status', {}))['batches']).toHaveLength(5);
  });

  test('jobs: what a batch has buffered', async () => {
    const { invoke, add } = setUp();
    await add({ id: 1 }, { id: 2 });
    expect(await invoke('jobs', { batch: 'plain', peek: true, limit: 1 })).toMatchObject({
      items: [{ slot: 0, item: { id: 1 } }],
      unsettled: 0,
      cursor: expect.any(String),
    });
  });

  test('jobs: those of a batch, or one with its items', async () => {
    const { invoke, add, run } = setUp();
    await add({ id: 1, fail: true }, { id: 2 });
    await invoke('flush', { batch: 'plain' });
    await run();
    const { jobs } = (await invoke('jobs', { batch: 'plain', status: 'dead', limit: 10 })) as {
      jobs: { id: string }[];
    };
    const id = jobs[0]?.id;
    expect(await invoke('jobs', { job: id })).not.toHaveProperty('items');
    expect((await invoke('jobs', { job: id, items: true }))['items']).toHaveLength(2);
    expect(await invoke('redrive', { job: id })).toMatchObject({ id, status: 'waiting' });
    await run();
    expect(await invoke('redrive', { batch: 'plain' })).toEqual({ redriven: 1 });
    expect(await invoke('purge', { job: id })).toMatchObject({ status: 409, code: 'job.not_ended' });
    await run();
    expect(await invoke('purge', { job: id })).toEqual({ purged: id, batch: 'plain' });
  });
});

describe('bad input answers the problem that HTTP has', () => {
  test.each(ADMIN_ACTIONS)('%s', async action => {
    const { invoke } = setUp();
    const malformed = [
      [],
      [{}],
      'plain',
      5,
      { batch: 5 },
      { batch: 'plain', x: 1 },
      { batch: null },
      { job: 5 },
    ];
    for (const event of malformed) {
      expect(await invoke(action, event)).toMatchObject({
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        code: 'request.malformed',
        detail: expect.any(String),
      });
    }
    const unknown = action === 'purge' ? { job: 'nothing' } : { batch: 'nothing' };
    expect(await invoke(action, unknown)).toMatchObject({
      status: 404,
      code: action === 'purge' ? 'job.unknown' : 'batch.unknown',
    });
  });

  test.each([
    ['flush', { batch: 'plain', group: 5 }],
    ['flush', { batch: 'plain', force: 'yes' }],
    ['pause', { batch: 'plain', ingestion: 'yes' }],
    ['resume', { batch: 'plain', force: true }],
    ['drain', { batch: 'plain', timeoutMs: -1 }],
    ['drain', { batch: 'plain', report: 'yes' }],
    ['drain', { batch: 'plain', report: true, timeoutMs: 5 }],
    ['jobs', { batch: 'plain', limit: 0 }],
    ['jobs', { batch: 'plain', limit: '5' }],
    ['jobs', { batch: 'plain', status: 'alive' }],
    ['jobs', { batch: 'plain', cursor: 'x' }],
    ['jobs', { batch: 'plain', job: 'x' }],
    ['jobs', { job: 'x', items: 'yes' }],
    ['jobs', { batch: 'plain', peek: 'yes' }],
    ['jobs', { batch: 'plain', peek: true, limit: 0 }],
    ['jobs', { batch: 'plain', peek: true, status: 'dead' }],
    ['jobs', { batch: 'plain', peek: true, group: 'x' }],
    ['redrive', { batch: 'plain', job: 'x' }],
    ['redrive', {}],
    ['purge', { batch: 'plain' }],
  ] as const)('%s %j', async (action, event) => {
    expect(await setUp().invoke(action, event)).toMatchObject({ status: 400, code: 'request.malformed' });
  });

  test('is the same object, field by field', async () => {
    const { invoke, post } = setUp();
    const [direct, http] = [
      await invoke('flush', { batch: 'nothing' }),
      (await post('/v1/batches/nothing/flush')).body,
    ];
    expect(direct).toEqual(http);
  });
});

test('what went wrong here is thrown, so that it counts as the function’s error', async () => {
  const { invoke, store } = setUp();
  jest.spyOn(store.controls, 'readControl').mockRejectedValue(new Error('no answer'));
  await expect(invoke('status', { batch: 'plain' })).rejects.toThrow('no answer');
});

describe('a function', () => {
  test.each(ADMIN_ACTIONS)('knows that it is %s', action => {
    expect(actionFromEnvironment({ CISTERN_ACTION: action })).toBe(action);
  });

  test.each([undefined, '', 'destroy', 'toString'])('is none that is called %p', action => {
    expect(() => actionFromEnvironment({ ...(action !== undefined && { CISTERN_ACTION: action }) })).toThrow(
      expect.objectContaining({ code: 'settings.invalid' }),
    );
  });
});

describe('the operators’ HTTP function', () => {
  const request = (method: string, rawPath: string, rawQueryString = '', body?: string) =>
    ({
      version: '2.0',
      rawPath,
      rawQueryString,
      headers: { host: 'api.example.com', ...(body && { 'content-type': 'application/json' }) },
      isBase64Encoded: false,
      ...(body && { body }),
      requestContext: { domainName: 'api.example.com', http: { method, path: rawPath } },
    }) as never;

  test('answers operators, and takes no items', async () => {
    const { deployment, definitions } = setUp();
    const handler = adminHttp(deployment, definitions);
    expect(await handler(request('GET', '/v1/batches/plain'))).toMatchObject({ statusCode: 200 });
    expect(await handler(request('POST', '/v1/batches/A.b_c:d-1/flush', '', '{"group":"x"}'))).toMatchObject({
      statusCode: 200,
      body: '{"jobs":[]}',
    });
    expect(await handler(request('GET', '/v1/batches/plain/jobs', 'limit=0'))).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(await handler(request('POST', '/v1/batches/plain/items', '', '{"item":1}'))).toMatchObject({
      statusCode: 404,
    });
  });

  test('takes what API Gateway has decoded of a path for that path', async () => {
    const { deployment, definitions } = setUp();
    const handler = adminHttp(deployment, definitions);
    for (const name of ['a?b', 'a#b', 'ä', 'a b', '"<>']) {
      const { statusCode, body } = await handler(request('GET', `/v1/batches/${name}`));
      expect([name, statusCode, JSON.parse(body ?? '').batch]).toEqual([name, 404, name]);
    }
    expect(await handler(request('GET', '/v1/batches/100%'))).toMatchObject({ statusCode: 400 });
  });
});
