// one pattern router is enough for a few routes, and a third of the size
import { Hono } from 'hono/tiny';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import { toProblem } from '../problem.ts';
import { problemResponse } from './problem-response.ts';
import { decode, readBody, readQuery } from './read-request.ts';
import type { Route } from './route.ts';

/** Something that answers requests; `request` does without a socket. */
export type HttpApp = Pick<Hono, 'fetch' | 'request'>;

/**
 * Answers requests by a table of routes. Errors become problems; what is not Cistern's own is logged and told
 * nothing of.
 */
export function serve(
  deployment: Deployment,
  definitions: readonly Definition[],
  routes: readonly Route[],
): HttpApp {
  const app = new Hono();
  app.onError(error => {
    const problem = toProblem(error);
    if (problem.status === 500) deployment.services.warn('a request could not be answered', error);
    return problemResponse(problem);
  });
  app.notFound(({ req }) => {
    const { pathname } = new URL(req.url);
    return problemResponse(
      toProblem(
        new RequestError(ERROR_CODES.requestNotFound, `There is nothing at ${req.method} ${pathname}.`),
      ),
    );
  });
  for (const route of routes) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async context => {
      const { req } = context;
      const { pathname, search } = new URL(req.url);
      // the router lets a slash follow, and API Gateway does not: what is there is the same here and there
      if (pathname.endsWith('/')) return context.notFound();
      const parameters = readParameters(route, pathname);
      const query = readQuery(search, route.query);
      const call = { deployment, definitions, parameters, query, body: await readBody(req.raw, route) };
      const answer = await route.handle(call as Parameters<Route['handle']>[0]);
      deployment.services.note({
        level: 'debug',
        message: `${route.method} ${route.path} was answered`,
        ...(parameters['batch'] !== undefined && { batch: parameters['batch'] }),
        ...(parameters['job'] !== undefined && { job: parameters['job'] }),
      });
      return Response.json(answer, { status: route.status ?? 200 });
    });
  }
  return app;
}

/** A path's parameters. They are decoded here, and strictly: what is no UTF-8 would be another name. */
function readParameters({ path }: Route, pathname: string): Readonly<Record<string, string>> {
  const given = pathname.split('/');
  return Object.fromEntries(
    path
      .split('/')
      .flatMap((segment, i) =>
        segment.startsWith('{') ? [[segment.slice(1, -1), decode(given[i] ?? '', 'path parameter')]] : [],
      ),
  );
}
