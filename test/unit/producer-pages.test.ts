import { describe, expect, jest, test } from '@jest/globals';
import type { Fetch } from '#dashboard/index';
import { checkOrigins } from '../../local/check-origins.ts';
import { checkToken } from '../../local/check-token.ts';
import { producerPages } from '../../local/producer-pages.ts';

const ORIGIN = 'http://localhost:5173';
const HOST = '127.0.0.1:4680';

function setUp(origins: readonly string[] = [ORIGIN]) {
  const otherwise = jest.fn<Fetch>(() => new Response('otherwise', { status: 403 }));
  const api = jest.fn<Fetch>(() =>
    Response.json({ code: 'later' }, { status: 429, headers: { 'retry-after': '2' } }),
  );
  const fetch = producerPages({ otherwise, api, origins });
  return {
    otherwise,
    api,
    ask: async (headers: Record<string, string>, method = 'POST', host = HOST) =>
      fetch(new Request(`http://${HOST}/v1/batches/a/items`, { method, headers: { host, ...headers } })),
  };
}

describe('a page of an origin that is let in', () => {
  test('gets answers that its browser shows it, with when to try again', async () => {
    const { ask, otherwise } = setUp();
    const answer = await ask({ origin: ORIGIN });
    expect(answer.status).toBe(429);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'retry-after',
      'retry-after': '2',
      vary: 'origin',
    });
    expect(await answer.json()).toEqual({ code: 'later' });
    expect(otherwise).not.toHaveBeenCalled();
  });

  test('may ask before it sends, and nothing runs for it', async () => {
    const { ask, api, otherwise } = setUp();
    const answer = await ask(
      { origin: ORIGIN, 'access-control-request-headers': 'content-type,x-site' },
      'OPTIONS',
    );
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type,x-site',
      'access-control-max-age': '600',
    });
    expect(api).not.toHaveBeenCalled();
    expect(otherwise).not.toHaveBeenCalled();
  });

  test('is refused under another name than this machine’s', async () => {
    const { ask, api } = setUp();
    const answer = await ask({ origin: ORIGIN }, 'POST', 'evil.example');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'dashboard.host_refused' });
    expect(api).not.toHaveBeenCalled();
  });
});

test.each([
  ['no origin: a program', {}],
  ['another origin', { origin: 'http://localhost:5174' }],
  ['an origin that begins like it', { origin: `${ORIGIN}.evil.example` }],
  ['a page without an origin', { origin: 'null' }],
])('%s is answered as without the option', async (_, headers) => {
  const { ask, api } = setUp();
  expect(await (await ask(headers as Record<string, string>)).text()).toBe('otherwise');
  expect(api).not.toHaveBeenCalled();
});

test.each(['*', 'localhost:5173', 'http://localhost:5173/', 'https://*.example.com', ''])(
  '%j is no origin that can be let in',
  origin => {
    expect(() => checkOrigins([ORIGIN, origin])).toThrow(
      expect.objectContaining({
        code: 'local.options_invalid',
        message: expect.stringContaining(`It was ${JSON.stringify(origin)}.`),
      }),
    );
  },
);

test.each(['short', 'has a space and is long enough', ''])('%j is no token of a dashboard', token => {
  expect(() => checkToken(token)).toThrow(expect.objectContaining({ code: 'local.options_invalid' }));
  expect(checkToken('a-token_of-20-letters')).toBe('a-token_of-20-letters');
});
