import { besideApi, DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/index';
import { BROWSER_BATCHES, type BrowserStack } from './browser-stack.ts';
import { fakeApi } from './fake-api.ts';
import { FakeBatch } from './fake-stack.ts';
import { HandlerControl } from './handler-control.ts';
import { serveFetch } from './serve-fetch.ts';

/** A fake deployment behind the real dashboard. */
export async function startFakeStack(): Promise<BrowserStack> {
  const handler = new HandlerControl();
  const common = { attempts: 2, retryAfterMs: 2_500 };
  const batches = [
    new FakeBatch({ ...common, ...BROWSER_BATCHES.plain, run: report => handler.run(report) }),
    new FakeBatch({
      ...common,
      ...BROWSER_BATCHES.grouped,
      groupOf: item => (item as { group: string }).group,
      run: async () => null,
    }),
  ];
  const token = newToken();
  const fetch = besideApi({ api: fakeApi(batches).fetch, token });
  let server = await serveFetch(fetch);
  const { port } = server;
  return {
    dashboard: dashboardUrl(`http://127.0.0.1:${port}${DASHBOARD_PATH}`, token),
    handler,
    add: async (batch, items) => {
      for (const each of batches) if (each.definition.name === batch) each.add(items);
    },
    interrupt: () => server.close(),
    restore: async () => {
      server = await serveFetch(fetch, port);
    },
    stop: async () => {
      for (const batch of batches) batch.stop();
      await server.close();
    },
  };
}
