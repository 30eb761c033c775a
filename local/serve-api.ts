import { serve } from '@hono/node-server';

export const HOST = '127.0.0.1';

/** Serves the HTTP API on a port of this machine. */
export async function serveApi(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST }, address => {
      resolve({
        port: address.port,
        close: () =>
          new Promise<void>(closed => {
            server.close(() => closed());
            // idle connections that clients keep alive would keep the server open
            if ('closeIdleConnections' in server) server.closeIdleConnections();
          }),
      });
    });
    server.once('error', reject);
  });
}
