import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { operators } from '../support/operators.ts';

const GROUPED = `/v1/batches/${encodeURIComponent('A.b_c:d-1')}`;
const PLAIN = '/v1/batches/plain';
const items = (...ids: number[]) => ({ items: ids.map(id => ({ id })) });

afterEach(() => {
  jest.restoreAllMocks();
});

describe('what is not there is a 404', () => {
  const actions = ['flush', 'pause', 'resume', 'drain', 'redrive'];
  test.each([
    ...['', '/groups', '/buffer', '/peek', '/drain', '/jobs'].map(path => ({ method: 'GET', path })),
    ...actions.map(action => ({ method: 'POST', path: `/${action}` })),
  ])('$method /v1/batches/{unknown}$path', async ({ method, path }) => {
    const { get, post } = operators();
    for (const name of [
      'nothing',
      'PLAIN',
      'a%2Fb',
      '%7B%7D',
      '%00',
      'plain%20',
      '__proto__',
      'x'.repeat(9_999),
    ]) {
      const { status, body } = await (method === 'GET' ? get : post)(`/v1/batches/${name}${path}`);
      expect([name, status, body['code']]).toEqual([name, 404, 'batch.unknown']);
    }
  });

  test.each(['', '/redrive', '/purge'])('/v1/jobs/{unknown}%s', async path => {
    const { get, post } = operators();
    for (const id of ['nothing', '%2e%2e%2f', '%00', 'ä', '__proto__', 'x'.repeat(9_999)]) {
      const { status, body } = await (path === '' ? get : post)(`/v1/jobs/${id}${path}`);
      expect([id, status, body['code']]).toEqual([id, 404, 'job.unknown']);
    }
  });

  test('whatever the method or the path', async () => {
    const { app } = operators();
    for (const [method, path] of [
      ['DELETE', '/v1/jobs/x'],
      ['PUT', `${PLAIN}/items`],
      ['GET', `${PLAIN}/flush`],
      ['POST', PLAIN],
      ['GET', '/v1/batches/'],
      ['GET', '/v1/jobs/'],
      ['GET', `${PLAIN}/jobs/`],
      ['GET', '//v1/batches'],
      ['GET', '/'],
    ] as const) {
      const response = await app.fetch(new Request(`http://localhost${path}`, { method }));
      const body = (await response.json()) as { code: string };
      expect([method, path, response.status, body.code]).toEqual([method, path, 404, 'request.not_found']);
    }
  });
});

describe('what cannot be understood is a 400, and changes nothing', () => {
  test.each([
    `${PLAIN}/jobs?status=alive`,
    `${PLAIN}/jobs?status=`,
    `${PLAIN}/jobs?limit=0`,
    `${PLAIN}/jobs?limit=501`,
    `${PLAIN}/jobs?limit=1.5`,
    `${PLAIN}/jobs?limit=-1`,
    `${PLAIN}/jobs?limit=1e2`,
    `${PLAIN}/jobs?limit=`,
    `${PLAIN}/jobs?limit=ten`,
    `${PLAIN}/jobs?limit=1&limit=2`,
    `${PLAIN}/jobs?cursor=`,
    `${PLAIN}/jobs?cursor=x`,
    `${PLAIN}/jobs?page=2`,
    `${PLAIN}/jobs?group=%E4`,
    `${PLAIN}/jobs?group=${'x'.repeat(1_025)}`,
    `${PLAIN}/jobs?toString=1`,
    `${PLAIN}/groups?limit=0`,
    `${PLAIN}/groups?cursor=%E4`,
    ...['{"__proto__":1}', '[]', '5', 'null'].map(
      text => `${PLAIN}/groups?cursor=${Buffer.from(text).toString('base64url')}`,
    ),
    `${PLAIN}/groups?status=dead`,
    `${PLAIN}/buffer?group=x`,
    `${PLAIN}/buffer?group=`,
    `${GROUPED}/buffer`,
    `${PLAIN}/buffer?limit=1`,
    `${PLAIN}/peek?group=`,
    `${PLAIN}/peek?limit=501`,
    `${PLAIN}/peek?cursor=x`,
    `${PLAIN}/peek?from=1`,
    `${GROUPED}/peek`,
    '/v1/batches/quick/peek',
    `${PLAIN}?x=1`,
    '/v1/batches?x=1',
    '/v1/batches/%',
    '/v1/batches/%E4',
    '/v1/batches/%zz/jobs',
    '/v1/jobs/%ff',
    '/v1/jobs/x?items=1',
    '/v1/jobs/x?items',
    '/v1/jobs/x?from=-1',
    '/health?x',
    '/openapi.json?x=1',
  ])('GET %s', async path => {
    const { status, body } = await operators().get(path);
    expect([status, body['code']]).toEqual([400, 'request.malformed']);
  });

  test.each([
    ['/flush', '{'],
    ['/flush', 'null'],
    ['/flush', '[]'],
    ['/flush', '""'],
    ['/flush', { group: 5 }],
    ['/flush', { group: null }],
    ['/flush', { group: 'x' }],
    ['/flush', { group: 'x'.repeat(2_000) }],
    ['/flush', { force: 'yes' }],
    ['/flush', { forced: true }],
    ['/flush', '{"__proto__":{"force":true},"x":1}'],
    ['/pause', { ingestion: 1 }],
    ['/pause', { group: 'x' }],
    ['/resume', { force: true }],
    ['/drain', { timeoutMs: 0 }],
    ['/drain', { timeoutMs: '1' }],
    ['/drain', { timeoutMs: 1.5 }],
    ['/drain', { timeoutMs: 1e99 }],
    ['/redrive', { job: 'x' }],
  ])('POST %s %j', async (path, body) => {
    const { get, post } = operators();
    await post(`${PLAIN}/items`, items(1));
    const before = (await get(PLAIN)).body;
    const answer = await post(PLAIN + path, body);
    expect([answer.status, answer.body['code']]).toEqual([400, 'request.malformed']);
    const after = (await get(PLAIN)).body;
    expect({ ...after, buffers: { ...(after['buffers'] as object), asOf: 0 } }).toEqual({
      ...before,
      buffers: { ...(before['buffers'] as object), asOf: 0 },
    });
  });

  test('says which field it is and what it has to be', async () => {
    const { body } = await operators().get(`${PLAIN}/jobs?limit=501`);
    expect(body).toMatchObject({ field: 'limit', detail: expect.stringContaining('from 1 to 500') });
    const { body: unknown } = await operators().post(`${PLAIN}/flush`, { forced: true });
    expect(unknown).toMatchObject({ field: 'forced', detail: expect.stringContaining('no field "forced"') });
  });
});

describe('a body', () => {
  const send = (body: string | null, headers: Record<string, string> = {}) =>
    operators().app.request(`${PLAIN}/pause`, { method: 'POST', body, headers });

  test('may be left out where there is nothing to say', async () => {
    expect((await send(null)).status).toBe(200);
    expect((await send('')).status).toBe(200);
    expect((await send('{}', { 'content-type': 'application/json' })).status).toBe(200);
  });

  test('has to be JSON where there is one: 415', async () => {
    expect((await send('{}')).status).toBe(415);
    expect((await send('{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('may have 4,000,000 bytes, whether or not it says how many: 413', async () => {
    const chunk = new Uint8Array(1_000_000).fill(32);
    let left = 5;
    const stream = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await operators().app.request(`${PLAIN}/pause`, {
      method: 'POST',
      body: stream,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect((await send(' '.repeat(4_000_001), { 'content-type': 'application/json' })).status).toBe(413);
  });
});

describe('a body that is refused before it is parsed', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const marked = '"marked"';

  test.each<[string, NonNullable<RequestInit['body']>, Record<string, string>, number]>([
    ['by its length', `{"item":[${marked}${',0'.repeat(2_000_000)}]}`, JSON_TYPE, 413],
    ['by its type', `{"item":${marked}}`, { 'content-type': 'text/plain' }, 415],
    ['by its charset', `{"item":${marked}}`, { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['by its encoding', `{"item":${marked}}`, { ...JSON_TYPE, 'content-encoding': 'gzip' }, 415],
    ['by the number of its items', `{"items":[${marked}${',0'.repeat(10_000)}]}`, JSON_TYPE, 413],
    ['by its nesting', `{"item":[${marked},${'['.repeat(1_001)}`, JSON_TYPE, 400],
    ['by its bytes', Buffer.from(`{"item":[${marked},"\xff"]}`, 'latin1'), JSON_TYPE, 400],
  ])('%s', async (_, body, headers, status) => {
    const parse = jest.spyOn(JSON, 'parse');
    const response = await operators().app.request(`${PLAIN}/items`, { method: 'POST', body, headers });
    expect(response.status).toBe(status);
    expect(parse.mock.calls.filter(([text]) => text.includes(marked))).toEqual([]);
  });
});

test('a HEAD is a GET without its body', async () => {
  const response = await operators().app.request('/health', { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

test('the API describes itself', async () => {
  const { body } = await operators().get('/openapi.json');
  expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Cistern' } });
  expect(Object.keys(body['paths'] as object)).toContain('/v1/jobs/{job}/redrive');
});

test('what is no fault of the caller’s tells nothing: 500', async () => {
  jest.spyOn(console, 'error').mockImplementation(() => {});
  const world = operators();
  jest.spyOn(world.store.controls, 'readControl').mockRejectedValue(new Error('a secret'));
  const { status, body } = await world.get(PLAIN);
  expect([status, body['code']]).toEqual([500, 'internal']);
  expect(JSON.stringify(body)).not.toContain('secret');
});
