import { serve } from '@hono/node-server';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves on 127.0.0.1; closing ends also the connections that are open. */
export function serveFetch(
  fetch: (request: Request) => Response | Promise<Response>,
  port = 0,
): Promise<Served> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, address =>
      resolve({
        port: address.port,
        close: () =>
          new Promise(closed => {
            server.close(() => closed());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      }),
    );
    server.once('error', reject);
  });
}
