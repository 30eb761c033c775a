import type { Connection } from './connection.ts';

/**
 * Passes the requests of a server on this machine on to a deployment's API. A request goes to the same path, with the
 * operator's credentials. Of its headers only the body's type is sent, since the others are about this machine.
 */
export const deploymentApi =
  ({ url: base, fetch }: Pick<Connection, 'url' | 'fetch'>) =>
  async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const { method, headers, signal } = request;
    const type = headers.get('content-type');
    const body = request.body === null ? null : await request.arrayBuffer();
    return fetch(
      new Request(base + pathname + search, {
        method,
        headers: type === null ? {} : { 'content-type': type },
        body,
        signal,
        redirect: 'manual',
      }),
    );
  };
