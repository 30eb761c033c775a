import { describe, expect, jest, test } from '@jest/globals';
import { besideApi, dashboardApp, dashboardUrl, type Fetch, newToken } from '#dashboard/index';
import { pageFile } from '../../dashboard/page-file.ts';

const TOKEN = newToken();
const HOST = '127.0.0.1:4680';
const ORIGIN = `http://${HOST}`;
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
const files = async () => [pageFile('index.html', Buffer.from('<p>')), pageFile('app.js', Buffer.from('1'))];

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function setUp(answer: Fetch = () => Response.json({ batches: [] })) {
  const api = jest.fn<Fetch>(answer);
  const asking =
    (fetch: Fetch) =>
    async (path: string, { host = HOST, headers = {}, ...init }: Asked = {}) =>
      fetch(new Request(`http://${HOST}${path}`, { ...init, headers: { host, ...headers } }));
  return {
    api,
    ask: asking(dashboardApp({ api, token: TOKEN, files })),
    beside: asking(besideApi({ api, token: TOKEN })),
  };
}

function passedTo(api: jest.Mock<Fetch>): Request {
  const [request] = api.mock.calls[0] ?? [];
  if (request === undefined) throw new Error('The API was not asked.');
  return request;
}

async function refusal(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ type: 'about:blank', status: response.status, title: expect.any(String) });
  expect(body['detail']).toEqual(expect.any(String));
  return body['code'];
}

describe('the page', () => {
  test('is served with its type and headers that let it do nothing else, also to whom has no token', async () => {
    const response = await setUp().ask('/');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<p>');
    const { headers } = response;
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test('is not sent again to whom has it', async () => {
    const { ask } = setUp();
    const etag = (await ask('/app.js')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect((await ask('/app.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask('/app.js', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test.each(['/none.js', '/..%2fpackage.json', '/__proto__', '/v1', '/v2/batches'])(
    'there is nothing at %s: 404',
    async path => {
      const response = await setUp().ask(path);
      expect(response.status).toBe(404);
      expect(await refusal(response)).toBe('dashboard.not_found');
    },
  );

  test('takes nothing: 405', async () => {
    const response = await setUp().ask('/', { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
  });

  test('is looked for again after it could not be read', async () => {
    const broken = jest
      .fn<typeof files>()
      .mockRejectedValueOnce(new Error('no such file'))
      .mockImplementation(files);
    const app = dashboardApp({ api: () => new Response(), token: TOKEN, files: broken });
    const request = () => app(new Request(`${ORIGIN}/`, { headers: { host: HOST } }));
    await expect(request()).rejects.toThrow('no such file');
    expect((await request()).status).toBe(200);
  });
});

describe('another name than this machine’s', () => {
  test.each([
    'evil.example',
    'evil.example:4680',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4680',
    'evil.example@127.0.0.1',
    '127.0.0.1/evil.example',
    '192.168.0.7:4680',
    '[::2]:4680',
    ' ',
  ])('%p gets nothing: 403', async host => {
    const { ask, beside, api } = setUp();
    for (const path of ['/', '/app.js', '/v1/batches', '/health']) {
      const response = await ask(path, { host, headers: AUTHORIZATION });
      expect(response.status).toBe(403);
      expect(await refusal(response)).toBe('dashboard.host_refused');
      expect(response.headers.get('content-security-policy')).not.toBeNull();
    }
    expect((await beside('/v1/batches', { host })).status).toBe(403);
    expect(api).not.toHaveBeenCalled();
  });

  test.each([
    '127.0.0.1',
    '127.0.0.1:4680',
    'localhost:4680',
    'LOCALHOST:4680',
    '[::1]:4680',
    'localhost:9999',
  ])('%p is this machine', async host => {
    expect((await setUp().ask('/v1/batches', { host, headers: AUTHORIZATION })).status).toBe(200);
  });
});

describe('the API', () => {
  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another one', { authorization: `Bearer ${newToken()}` }],
    ['its beginning', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['more than it', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['a cookie', { cookie: `token=${TOKEN}` }],
  ])('is closed to %s: 403', async (_, headers) => {
    const { ask, api } = setUp();
    for (const path of ['/v1/batches', '/health', '/v1/batches?token=x']) {
      const response = await ask(path, { headers: { ...headers, origin: ORIGIN } });
      expect(response.status).toBe(403);
      expect(await refusal(response)).toBe('dashboard.token_refused');
    }
    expect(api).not.toHaveBeenCalled();
  });

  test.each([
    'http://evil.example',
    'http://127.0.0.1:8888',
    'http://localhost:4680',
    'null',
    'http://127.0.0.1',
    undefined,
  ])('takes no changes from the origin %p: 403', async origin => {
    const { ask, api } = setUp();
    const headers = { ...AUTHORIZATION, ...(origin !== undefined && { origin }) };
    const response = await ask('/v1/batches/a/pause', { method: 'POST', body: '{}', headers });
    expect(response.status).toBe(403);
    expect(await refusal(response)).toBe('dashboard.origin_refused');
    expect(api).not.toHaveBeenCalled();
  });

  test('gets what the page asked, as it asked it, and nothing that is between the page and this server', async () => {
    const { ask, api } = setUp();
    const headers = {
      ...AUTHORIZATION,
      ...{ origin: ORIGIN, cookie: 'a=b', 'content-type': 'application/json', 'x-forwarded-for': '1.2.3.4' },
    };
    const path = '/v1/batches/a%3Ab%2Fc/flush?group=%C3%A4%20%7C';
    await ask(path, { method: 'POST', body: '{"force":true}', headers });
    const passed = passedTo(api);
    expect([passed.method, passed.url]).toEqual(['POST', `${ORIGIN}${path}`]);
    expect(await passed.json()).toEqual({ force: true });
    expect(Object.fromEntries(passed.headers)).toEqual({ 'content-type': 'application/json' });
  });

  test('answers the page with its status, body, type and date, never kept', async () => {
    const { ask } = setUp(() =>
      Response.json(
        { code: 'batch.ingestion_paused' },
        {
          status: 503,
          headers: { 'retry-after': '5', 'set-cookie': 'a=b', 'content-type': 'application/problem+json' },
        },
      ),
    );
    const response = await ask('/v1/batches', { headers: AUTHORIZATION });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ code: 'batch.ingestion_paused' });
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('that does not answer is a 502', async () => {
    const { ask } = setUp(() => {
      throw new Error('connect ECONNREFUSED');
    });
    const response = await ask('/v1/batches', { headers: AUTHORIZATION });
    expect(response.status).toBe(502);
    expect(await refusal(response)).toBe('dashboard.api_unreachable');
  });

  test('is asked for nothing that changes anything by a read-only dashboard, and the page is told: 403', async () => {
    const api = jest.fn<Fetch>(() => Response.json({ batches: [] }));
    const app = dashboardApp({ api, token: TOKEN, files, readOnly: true });
    const ask = (path: string, method: string) =>
      app(
        new Request(`${ORIGIN}${path}`, {
          method,
          headers: { ...AUTHORIZATION, host: HOST, origin: ORIGIN },
        }),
      );
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await ask('/v1/batches/a/pause', method);
      expect(response.status).toBe(403);
      expect(await refusal(response)).toBe('dashboard.read_only');
    }
    expect(api).not.toHaveBeenCalled();
    const response = await ask('/v1/batches', 'GET');
    expect([response.status, response.headers.get('cistern-access')]).toEqual([200, 'read-only']);
    const usual = await setUp().ask('/v1/batches', { headers: AUTHORIZATION });
    expect(usual.headers.get('cistern-access')).toBeNull();
  });

  test('gets no large bodies: 413', async () => {
    const { ask, api } = setUp();
    const response = await ask('/v1/batches/a/items', {
      ...{ method: 'POST', body: 'x'.repeat(4_000_001), headers: { ...AUTHORIZATION, origin: ORIGIN } },
    });
    expect(response.status).toBe(413);
    expect(api).not.toHaveBeenCalled();
  });
});

describe('beside the API', () => {
  test('programs need no token', async () => {
    const { beside, api } = setUp();
    const body = '{"item":1}';
    expect((await beside('/v1/batches/a/items', { method: 'POST', body })).status).toBe(200);
    expect(await passedTo(api).text()).toBe(body);
    expect((await beside('/openapi.json')).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['a page elsewhere', { origin: 'http://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:8888' }],
    ['a page without origin', { origin: 'null' }],
    ['what a page elsewhere embeds', { 'sec-fetch-site': 'cross-site' }],
    ['what a page of another port embeds', { 'sec-fetch-site': 'same-site' }],
  ])('%s gets nothing: 403', async (_, headers) => {
    const { beside, api } = setUp();
    const response = await beside('/v1/batches/a/pause', { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await refusal(response)).toBe('dashboard.origin_refused');
    expect(api).not.toHaveBeenCalled();
  });

  test('the dashboard is under its own path, and wants its token there', async () => {
    const { beside, api } = setUp();
    const moved = await beside('/dashboard');
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/dashboard/']);
    expect((await beside('/dashboard/v1/batches')).status).toBe(403);
    const path = '/dashboard/v1/batches/a%3Ab/pause?x=1';
    const headers = { ...AUTHORIZATION, origin: ORIGIN };
    expect((await beside(path, { method: 'POST', body: '{}', headers })).status).toBe(200);
    expect(passedTo(api).url).toBe(`${ORIGIN}/v1/batches/a%3Ab/pause?x=1`);
  });

  test('the page of the API is at its path with a slash too', async () => {
    const { ask, beside } = setUp();
    for (const [get, path] of [
      [ask, '/api/'],
      [beside, '/dashboard/api/'],
    ] as const) {
      const { status, headers } = await get(path);
      const target = new URL(headers.get('location') ?? '', `${ORIGIN}${path}`).pathname;
      expect([status, target]).toEqual([308, path.slice(0, -1)]);
      // this API does not describe itself, which the page says
      expect(await refusal(await get(target))).toBe('dashboard.api_unreachable');
    }
  });

  test('the page as it comes from the sources is there whole', async () => {
    const { beside } = setUp();
    const html = await (await beside('/dashboard/')).text();
    const files = [...html.matchAll(/(?:href|src)="([\w.]+)"/g)].map(match => match[1]);
    expect(files.toSorted()).toEqual(['app.css', 'app.js', 'icon.svg']);
    for (const file of files) {
      const response = await beside(`/dashboard/${file}`);
      expect(response.status).toBe(200);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
    expect(html).not.toMatch(/<script(?! type="module" src)|style=|\son\w+=|https?:/);
  });
});

test('the token is in the fragment, which browsers send to nobody', () => {
  expect(newToken()).not.toBe(newToken());
  expect(newToken()).toMatch(/^[\w-]{32}$/);
  expect(dashboardUrl(`${ORIGIN}/dashboard/`, 'abc')).toBe(`${ORIGIN}/dashboard/#token=abc`);
});
