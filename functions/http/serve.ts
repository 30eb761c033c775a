// `tiny` has one pattern router, which is enough for a few routes, and a third of the size
import { Hono } from 'hono/tiny';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import type { Context, Handler } from '#lib/operations/definition/operation';
import { toHttpRoute } from '#lib/operations/definition/route';
import { toProblem } from '../problem.ts';
import { problemResponse } from './problem-response.ts';
import { decode, readBody, readQuery } from './read-request.ts';

/** Answers requests. `request` needs no socket. */
export type HttpApp = Pick<Hono, 'fetch' | 'request'>;

/**
 * Makes an app that answers requests for operations. Errors become problems. An error that is not Cistern's own is
 * logged, and the caller learns nothing of its text.
 *
 * @param more what else operations are answered with: the API's description, what this process has counted, and who asks where the request does not say it (`env.caller`)
 */
export function serve(
  deployment: Deployment,
  definitions: readonly Definition[],
  operations: readonly Handler[],
  more: Pick<Context, 'describe' | 'history' | 'caller'> = {},
): HttpApp {
  const context = { deployment, definitions, ...more };
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
  for (const { route, request, status = 200, run } of operations) {
    const { method, path } = toHttpRoute(route);
    const isGet = method === 'GET';
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), async ({ req, env, notFound }) => {
      const { pathname, search } = new URL(req.url);
      // the router accepts a slash at the end, and API Gateway does not: refuse it, so that both answer alike
      if (pathname.endsWith('/')) return notFound();
      const parameters = readParameters(path, pathname);
      const query = readQuery(search, isGet ? request?.schema : undefined);
      const body = await readBody(req.raw, isGet ? undefined : request?.schema);
      const { caller = context.caller } = (env ?? {}) as Pick<Context, 'caller'>;
      const answer = await run({ ...context, caller }, { ...query, ...body, ...parameters } as never);
      deployment.services.note({
        level: 'debug',
        message: `${route} was answered`,
        ...(parameters['batch'] !== undefined && { batch: parameters['batch'] }),
        ...(parameters['job'] !== undefined && { job: parameters['job'] }),
      });
      return Response.json(answer, { status });
    });
  }
  return app;
}

/** Reads a path's parameters. It refuses invalid UTF-8, which would otherwise become another name. */
function readParameters(path: string, pathname: string): Readonly<Record<string, string>> {
  const given = pathname.split('/');
  return Object.fromEntries(
    path
      .split('/')
      .flatMap((segment, i) =>
        segment.startsWith('{') ? [[segment.slice(1, -1), decode(given[i] ?? '', 'path parameter')]] : [],
      ),
  );
}
