import { type Batch, batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { besideApi, DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/index';
import { BROWSER_BATCHES, type BrowserStack } from './browser-stack.ts';
import { HandlerControl } from './handler-control.ts';
import { serveFetch } from './serve-fetch.ts';

/** The stack that the browser tests run on: the real one, on this machine. */
export async function startBrowserStack(): Promise<BrowserStack> {
  const handler = new HandlerControl();
  const batches: Batch<{ readonly group?: string; readonly id?: string }>[] = [
    batch({
      ...BROWSER_BATCHES.plain,
      retries: { max: 1, strategy: 'fixed', baseDelay: 2_500 },
      deadLetter: { enabled: true },
      handler: context => handler.run((percent, label) => context.progress(percent, label)),
    }),
    batch({
      ...BROWSER_BATCHES.grouped,
      groupBy: item => item.group ?? '',
      handler: (): unknown => null,
    }),
    batch({
      ...BROWSER_BATCHES.keyed,
      groupBy: item => item.group ?? '',
      deduplicateBy: item => item.id ?? '',
      handler: (): unknown => null,
    }),
  ];
  const local = await startLocal({ batches, port: 0 });
  const token = newToken();
  // a server of the test's own before it, which can be taken away
  const fetch = besideApi({
    api: ({ method, url, headers, body }) => {
      const { pathname, search } = new URL(url);
      return globalThis.fetch(local.url + pathname + search, {
        method,
        headers,
        body,
        ...(body !== null && { duplex: 'half' }),
      } as RequestInit);
    },
    token,
  });
  let server = await serveFetch(fetch);
  const { port } = server;
  return {
    dashboard: dashboardUrl(`http://127.0.0.1:${port}${DASHBOARD_PATH}`, token),
    handler,
    add: async (name, items) => {
      await batches.find(each => each.name === name)?.addBulk(items as { group?: string }[]);
    },
    interrupt: () => server.close(),
    restore: async () => {
      server = await serveFetch(fetch, port);
    },
    stop: async () => {
      await server.close();
      await local.stop();
    },
  };
}
