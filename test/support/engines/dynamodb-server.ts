import type { AddressInfo } from 'node:net';
import { type DynaliteOptions, dynalite } from './dynalite.ts';
import type { EngineServer } from './engine-server.ts';
import { patchDynalite } from './patch-dynalite.ts';

/** How long requests still running may take to end once the server closes, in milliseconds. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Starts dynalite on a free port.
 *
 * @param dataDir where it keeps its tables; in memory when undefined
 */
export async function startDynamodb(dataDir: string | undefined): Promise<EngineServer> {
  patchDynalite();
  const options: DynaliteOptions = {
    ...(dataDir !== undefined && { path: dataDir }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  };
  const server = dynalite.create(options);
  await options.opened;
  // dynalite throws on a request's error, that is when a client resets its connection, and so ends the process
  const listener = dynalite.listener(server);
  server.removeListener('request', listener);
  server.on('request', (request, response) => {
    listener(request, response);
    request.removeAllListeners('error').on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
        server.close(error => {
          clearTimeout(grace);
          error ? reject(error) : resolve();
        });
        // SDK clients keep their connections open, and close() would wait for them
        server.closeIdleConnections();
      }),
  };
}
