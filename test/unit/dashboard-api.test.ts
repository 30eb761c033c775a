import { describe, expect, test } from '@jest/globals';
import { dashboardApp } from '#dashboard/index';
import { openApiDocument } from '#functions/openapi/document';
import { OPERATIONS } from '#lib/operations/table';
import { renderApi } from '../../dashboard/api-page/render-api.ts';

const ORIGIN = 'http://127.0.0.1:4680';
const document = openApiDocument(OPERATIONS);

function setUp(answer: () => Response = () => Response.json(document)) {
  const asked: string[] = [];
  const app = dashboardApp({
    token: 'secret',
    files: async () => [],
    api: ({ url }) => {
      asked.push(new URL(url).pathname);
      return answer();
    },
  });
  const ask = (path: string, init: RequestInit = {}) => app(new Request(ORIGIN + path, init));
  return { ask, asked };
}

describe('the page of the API', () => {
  const page = renderApi(document as never);

  test.each(OPERATIONS.map(({ route, name }) => [route, name] as const))('has %s', (route, name) => {
    expect(page).toContain(`<h3 id="${name}"><code>${route}</code></h3>`);
    expect(page).toContain(`<a href="#${name}"><code>${route}</code></a>`);
  });

  test('says of each field what it is, also of fields in lists, and how to call', () => {
    expect(page).toContain('<code>refused[].code</code> <span class="muted">required</span>');
    expect(page).toMatch(/<code>status<\/code><\/th><td>&quot;failed&quot;, &quot;dead&quot;<\/td>/);
    expect(page).toContain('curl &quot;$CISTERN_URL/v1/batches/clicks/jobs&quot;');
    expect(page).toContain('curl -X POST &quot;$CISTERN_URL/v1/batches/clicks/redrive&quot;');
  });

  test('escapes all that the document says, and has no script', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const made = renderApi({
      info: { title: hostile, version: hostile, description: `\`${hostile}\`` },
      tags: [{ name: 'T', description: hostile }],
      paths: {
        [`/${hostile}`]: {
          get: {
            tags: ['T'],
            summary: hostile,
            description: hostile,
            parameters: [{ name: hostile, in: 'query', schema: { enum: [hostile] }, description: hostile }],
            responses: { 200: { description: hostile }, 400: { description: hostile } },
          },
        },
      },
    });
    expect(made).not.toContain('<img');
    expect(page).not.toContain('<script');
  });

  test('is served without a token, and reads the document once', async () => {
    const { ask, asked } = setUp();
    const [html, json] = [await ask('/api'), await ask('/openapi.json')];
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await html.text()).toBe(page);
    expect(await json.json()).toEqual(JSON.parse(JSON.stringify(document)));
    expect(asked).toEqual(['/openapi.json']);
  });

  test('is not for pages of other origins, and takes no POST', async () => {
    const { ask, asked } = setUp();
    expect((await ask('/api', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await ask('/api', { method: 'POST' })).status).toBe(405);
    expect(asked).toEqual([]);
  });

  test('says that the API does not answer, and asks again the next time', async () => {
    let up = false;
    const { ask } = setUp(() => (up ? Response.json(document) : new Response('', { status: 503 })));
    const refused = await ask('/api');
    expect([refused.status, await refused.json()]).toMatchObject([
      502,
      { code: 'dashboard.api_unreachable' },
    ]);
    up = true;
    expect((await ask('/api')).status).toBe(200);
  });
});
