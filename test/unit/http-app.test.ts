import { describe, expect, jest, test } from '@jest/globals';
import { batch } from 'cistern';
import * as v from 'valibot';
import { httpApp } from '#functions/http/app';
import type { Definition } from '#lib/definition/options';
import type { WindowStore } from '#lib/store/window-ports';
import { memoryDeployment } from '../support/memory-deployment.ts';
import { MemoryStore } from '../support/memory-store.ts';

const base = { maxSize: 100, maxWaitMs: 60_000, handler: () => {} };
const plain = batch<unknown>({ ...base, name: 'plain' });
const grouped = batch<{ g: string }>({ ...base, name: 'a:b.c', groupBy: item => item.g });
const keyed = batch<{ k: string }>({ ...base, name: 'keyed', deduplicateBy: item => item.k });
const strict = batch<{ n: number }>({ ...base, name: 'strict', schema: v.object({ n: v.number() }) });
const parsing = batch<unknown>({
  ...base,
  name: 'parsing',
  schema: v.object({
    json: v.pipe(
      v.string(),
      v.transform(text => JSON.parse(text)),
    ),
  }) as never,
});
const quick = batch<unknown>({ ...base, name: 'quick', persist: false });
const definitions = [plain, grouped, keyed, strict, parsing, quick] as unknown as Definition[];

const JSON_TYPE = { 'content-type': 'application/json' };

function setUp(deployment = memoryDeployment().deployment) {
  const app = httpApp(deployment, definitions);
  return {
    post: (name: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
      app.request(`/v1/batches/${encodeURIComponent(name)}/items`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path: string) => app.request(path),
  };
}

async function problem(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ type: 'about:blank', status: response.status });
  expect(body['detail']).toEqual(expect.any(String));
  return body;
}

describe('POST /v1/batches/{batch}/items', () => {
  test('takes an item, also null, and answers with its receipt', async () => {
    const { post } = setUp();
    const response = await post('plain', { item: null });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      accepted: 1,
      duplicates: 0,
      receipts: [{ job: expect.stringMatching(/^[0-9a-f-]{36}$/), slot: 0, duplicate: false }],
    });
  });

  test('takes items, and counts those that were dropped', async () => {
    const { post } = setUp();
    const response = await post('keyed', { items: [{ k: 'a' }, { k: 'b' }, { k: 'a' }] });
    const body = (await response.json()) as { receipts: { slot: number; duplicate: boolean }[] };
    expect(body).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(body.receipts.map(({ slot, duplicate }) => [slot, duplicate])).toEqual([
      [0, false],
      [1, false],
      [0, true],
    ]);
    expect(await (await post('keyed', { items: [] })).json()).toMatchObject({ accepted: 0 });
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; version=1; charset=utf8',
    'application/vnd.api+json',
  ])('takes %s', async type => {
    expect((await setUp().post('plain', '{"item":1}', { 'content-type': type })).status).toBe(202);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json;charset="ISO-8859-1"',
    'application/json; charset=utf-8; charset=utf-16',
    '',
  ])('refuses the type %p: 415', async type => {
    const response = await setUp().post('plain', '{"item":1}', type ? { 'content-type': type } : {});
    expect(response.status).toBe(415);
    expect((await problem(response))['code']).toBe('request.unsupported_media_type');
  });

  test.each(['', '{', '[]', '5', 'null', '{}', '{"item":1,"items":[]}', '{"items":{}}', '{"item":1,"x":2}'])(
    'refuses the body %p: 400',
    async body => {
      const response = await setUp().post('plain', body);
      expect(response.status).toBe(400);
      expect((await problem(response))['code']).toBe('request.malformed');
    },
  );

  test('knows no other batches: 404, and names those that there are', async () => {
    const response = await setUp().post('nothing', { item: 1 });
    expect(response.status).toBe(404);
    const { code, detail } = await problem(response);
    expect(code).toBe('batch.unknown');
    expect(detail).toContain('plain');
  });

  test('refuses an item that is too large, and a body that is: 413', async () => {
    const { post, get } = setUp();
    const large = await post('plain', { items: [1, 'x'.repeat(400_000)] });
    expect(large.status).toBe(413);
    expect(await problem(large)).toMatchObject({ code: 'batch.item_too_large', index: 1, limit: 400_000 });
    const body = await post('plain', { item: 'x'.repeat(4_000_000) });
    expect(body.status).toBe(413);
    expect((await problem(body))['code']).toBe('request.too_large');
    expect(await (await get('/v1/batches/plain/buffer')).json()).toEqual({ buffered: 0 });
  });

  test('refuses a number that would be another, which may be another’s id: 422, saying which', async () => {
    const { post, get } = setUp();
    const response = await post('plain', '{"items":[{"id":9007199254740992},{"id":9007199254740993}]}');
    expect(response.status).toBe(422);
    expect(await problem(response)).toMatchObject({
      code: 'request.number_changed',
      index: 1,
      number: '9007199254740993',
      detail: expect.stringContaining('would become 9007199254740992'),
    });
    const long = await problem(await post('plain', `{"item":${'9'.repeat(3_000_000)}}`));
    expect(long).toMatchObject({ code: 'request.number_changed', number: `${'9'.repeat(50)}…` });
    expect(await (await get('/v1/batches/plain/buffer')).json()).toEqual({ buffered: 0 });
  });

  test('refuses what the schema refuses: 422, saying where, and stores nothing of the bulk', async () => {
    const { post, get } = setUp();
    const response = await post('strict', { items: [{ n: 1 }, { n: 'two' }] });
    expect(response.status).toBe(422);
    expect(await problem(response)).toMatchObject({
      code: 'batch.item_refused',
      index: 1,
      issues: [{ path: ['n'] }],
    });
    expect(await (await get('/v1/batches/strict/buffer')).json()).toEqual({ buffered: 0 });
  });

  test('refuses what the schema throws for: 422, and logs nothing of it', async () => {
    const warn = jest.fn();
    const response = await setUp(memoryDeployment({ warn }).deployment).post('parsing', {
      items: [{ json: '{}' }, { json: 'a secret' }],
    });
    expect(response.status).toBe(422);
    expect(await problem(response)).toMatchObject({ code: 'batch.item_refused', index: 1 });
    expect(warn).not.toHaveBeenCalled();
  });

  test('refuses an item that has no group: 422', async () => {
    const response = await setUp().post('a:b.c', { item: {} });
    expect(response.status).toBe(422);
    expect((await problem(response))['code']).toBe('batch.group_key_invalid');
  });

  test('says exactly what is stored when not all could be: 503', async () => {
    const store = new MemoryStore(Date.now);
    const windows: Partial<WindowStore> = {
      putChunk: async (job, chunk) => {
        if (chunk.items.includes('"bad"')) throw new Error('no answer');
        return store.windows.putChunk(job, chunk);
      },
    };
    const { deployment } = memoryDeployment({
      store: {
        ...store,
        windows: new Proxy(store.windows, {
          get: (target, name) =>
            Reflect.get(windows, name) ?? (Reflect.get(target, name) as CallableFunction).bind(target),
        }),
      },
    });
    const response = await setUp(deployment).post('a:b.c', { items: [{ g: 'good' }, { g: 'bad' }] });
    expect(response.status).toBe(503);
    expect(await problem(response)).toMatchObject({
      code: 'batch.add_incomplete',
      stored: [{ index: 0, receipt: { slot: 0, duplicate: false } }],
      notStored: [1],
      unknown: [],
    });
  });

  test('tells nothing of an error that is not its own: 500', async () => {
    const warned: unknown[] = [];
    const { deployment } = memoryDeployment({ warn: (_message, error) => warned.push(error) });
    deployment.add = () => Promise.reject(new Error('a secret'));
    const response = await setUp(deployment).post('plain', { item: 1 });
    expect(response.status).toBe(500);
    const { code, detail } = await problem(response);
    expect(code).toBe('internal');
    expect(detail).not.toContain('secret');
    expect(warned).toMatchObject([{ message: 'a secret' }]);
  });
});

describe('GET', () => {
  test.each(['plain', '', 'ä|"\u0000', '__proto__', 'default', ' '])(
    '/v1/batches/{batch}/buffer?group= counts the group %p alone',
    async g => {
      const { post, get } = setUp();
      await post('a:b.c', { items: [{ g }, { g }, { g: 'another' }] });
      const path = `/v1/batches/${encodeURIComponent('a:b.c')}/buffer?group=`;
      expect(await (await get(path + encodeURIComponent(g))).json()).toEqual({ buffered: 2 });
      expect(await (await get(`${path}none`)).json()).toEqual({ buffered: 0 });
    },
  );

  test('a buffer has to be named whole: 400', async () => {
    const { get } = setUp();
    expect((await get('/v1/batches/plain/buffer?group=x')).status).toBe(400);
    expect((await get(`/v1/batches/${encodeURIComponent('a:b.c')}/buffer`)).status).toBe(400);
    expect((await get('/v1/batches/nothing/buffer')).status).toBe(404);
  });

  test('/health answers, and there is nothing elsewhere: 404', async () => {
    const { get } = setUp();
    expect(await (await get('/health')).json()).toEqual({ status: 'ok', deployment: 'memory' });
    const response = await get('/v2');
    expect(response.status).toBe(404);
    expect((await problem(response))['code']).toBe('request.not_found');
  });
});
