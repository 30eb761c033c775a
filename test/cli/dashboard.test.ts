import { expect, test } from '@jest/globals';
import { MemoryApi } from '../support/memory-api.ts';
import { runCli } from '../support/run-cli.ts';

test('serves the page on this machine, with the deployment’s API behind it, until Ctrl-C', async () => {
  const control = new AbortController();
  const api = new MemoryApi().next('POST /v1/batches/clicks/flush', { jobs: [] });
  const sent: Request[] = [];
  const seen: unknown[] = [];
  const { exitCode, json } = await runCli(['dashboard', '--json', '--url', 'http://api.example:8080'], {
    fetch: request => {
      sent.push(request.clone());
      return api.fetch(request);
    },
    interrupted: control.signal,
    dashboard: async () => ({
      newToken: () => 'secret',
      dashboardUrl: (base, token) => {
        // the page is looked at as soon as it is known where it is
        void look(base).finally(() => control.abort('SIGINT'));
        return `${base}#token=${token}`;
      },
      dashboardApp:
        ({ api: ask }) =>
        request =>
          new URL(request.url).pathname === '/' ? new Response('page') : ask(request),
    }),
  });
  async function look(base: string) {
    seen.push(await (await fetch(base)).text());
    const answer = await fetch(`${base}v1/batches/clicks/flush?x=a%20b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret', cookie: 'x=1' },
      body: '{"group":"g"}',
    });
    seen.push(answer.status, await answer.json());
  }
  expect(exitCode).toBe(0);
  expect(json()).toEqual({
    api: 'http://api.example:8080',
    readOnly: false,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=secret$/),
  });
  expect(seen).toMatchObject(['page', 200, { jobs: [] }]);
  expect(sent.map(({ url }) => url)).toEqual(['http://api.example:8080/v1/batches/clicks/flush?x=a%20b']);
  expect(api.asked[0]?.body).toEqual({ group: 'g' });
  // the token is for the page's server alone
  expect(Object.keys(api.asked[0]?.headers ?? {})).toEqual(['content-type']);
});

test('a port that is taken: a word on it', async () => {
  const { createServer } = await import('node:http');
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? `${address?.port}` : '';
  const { exitCode, stderr } = await runCli(['dashboard', '--port', port], {
    dashboard: async () => ({
      newToken: () => '',
      dashboardUrl: base => base,
      dashboardApp: () => () => new Response(),
    }),
  });
  taken.close();
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining('[cli.port_taken] Another process uses the port'),
  ]);
});
