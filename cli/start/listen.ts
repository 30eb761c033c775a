import { serve } from '@hono/node-server';

/** Nothing outside this machine gets here. */
const HOST = '127.0.0.1';

/** Serves on this machine. `port` 0 takes a free one. @throws what keeps the port from being used */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST }, address =>
      resolve({
        url: `http://${HOST}:${address.port}`,
        close: () =>
          new Promise(closed => {
            server.close(() => closed());
            // a page that polls would keep its connection for as long as it is open
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
    server.once('error', reject);
  });
}
