import type { Connection } from './connection.ts';

/**
 * A deployment's API for a server on this machine that passes requests on: each goes to the same path there, with
 * the operator's credentials. Of its headers only the body's type goes along: the others are about this machine.
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
