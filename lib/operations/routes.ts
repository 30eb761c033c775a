import type { Operation } from './definition/operation.ts';
import { type HttpRoute, toHttpRoute } from './definition/route.ts';
import { OPERATIONS } from './table.ts';

const routesOf = (name: Operation['answeredBy']): readonly HttpRoute[] =>
  OPERATIONS.filter(({ answeredBy }) => answeredBy === name).map(({ route }) => toHttpRoute(route));

/** The routes that each function answers, for policies that allow callers by route. */
export const HTTP_ROUTES: Readonly<Record<Operation['answeredBy'], readonly HttpRoute[]>> = {
  ingest: routesOf('ingest'),
  adminHttp: routesOf('adminHttp'),
};
