import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadedOnce } from '#lib/late-import';
import { HOST } from './host.ts';
import type { Served } from './served.ts';

/** Serves the HTTP API and the dashboard on a port of this machine. Their code is loaded with the first request. */
export async function serveApi({
  port,
  ...served
}: Served & { readonly port: number }): Promise<{ readonly port: number; close(): Promise<void> }> {
  const listener = loadedOnce(async () => (await import('./answer-requests.ts')).answerRequests(served));
  const server = createServer((request, response) => {
    listener()
      .then(answer => answer(request, response))
      .catch((error: unknown) => {
        served.deployment.services.warn('a request could not be answered', error);
        response.writeHead(500).end();
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(closed => {
        server.close(() => closed());
        // idle connections that clients keep alive would keep the server open
        server.closeIdleConnections();
      }),
  };
}
