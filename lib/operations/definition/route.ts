import type { Operation, Route } from './operation.ts';

/** A route of the HTTP API. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** @example toHttpRoute('POST /v1/batches/{batch}/flush').path // '/v1/batches/{batch}/flush' */
export function toHttpRoute(route: Route): HttpRoute {
  const space = route.indexOf(' ');
  return { method: route.slice(0, space) as HttpRoute['method'], path: route.slice(space + 1) };
}

/** Returns the names of a path's parameters: `batch` for `/v1/batches/{batch}/flush`. */
export const parameterNames = ({ route }: Pick<Operation, 'route'>): string[] =>
  [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
