import { serve } from '@hono/node-server';

/** Only processes on this machine can connect. */
const HOST = '127.0.0.1';

/** Serves on this machine. `port` 0 takes a free one. @throws the error of a port that cannot be used */
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
            // a page that polls would keep its connection while it is open
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
    server.once('error', reject);
  });
}
