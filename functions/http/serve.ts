import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { ERROR_CODES, RequestError } from '#lib/errors';
import { toProblem } from '../problem.ts';
import { problemResponse } from './problem-response.ts';
import { decode, readBody, readQuery } from './read-request.ts';
import type { Route } from './route.ts';

/** Something that answers requests. */
export interface HttpApp {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers a request for a path, without a socket. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

/**
 * Answers requests by a table of routes. Errors become problems; what is not Cistern's own is logged and told
 * nothing of.
 */
export function serve(
  deployment: Deployment,
  definitions: readonly Definition[],
  routes: readonly Route[],
): HttpApp {
  const table = routes.map(route => ({ route, segments: route.path.split('/') }));

  const answer = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    // a HEAD is a GET whose answer's body is left out
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const given = pathname.split('/');
    const found = table.find(
      ({ route, segments }) =>
        route.method === method &&
        segments.length === given.length &&
        segments.every((segment, i) => (isParameter(segment) ? given[i] !== '' : segment === given[i])),
    );
    if (found === undefined) {
      throw new RequestError(
        ERROR_CODES.requestNotFound,
        `There is nothing at ${request.method} ${pathname}.`,
      );
    }
    const { route, segments } = found;
    const parameters = Object.fromEntries(
      segments.flatMap((segment, i) =>
        isParameter(segment) ? [[segment.slice(1, -1), decode(given[i] ?? '', 'path parameter')]] : [],
      ),
    );
    const query = readQuery(search, route.query);
    const call = { deployment, definitions, parameters, query, body: await readBody(request, route) };
    const body = await route.handle(call as Parameters<Route['handle']>[0]);
    return Response.json(body, { status: route.status ?? 200 });
  };

  const fetch = async (request: Request): Promise<Response> => {
    let response: Response;
    try {
      response = await answer(request);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status === 500) console.error(error);
      response = problemResponse(problem);
    }
    return request.method === 'HEAD' ? new Response(null, response) : response;
  };
  return { fetch, request: (path, init) => fetch(new Request(new URL(path, 'http://localhost'), init)) };
}
