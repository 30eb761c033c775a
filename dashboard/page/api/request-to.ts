import type { ApiRoute, Input } from './contract.ts';

/** Rows of one page of groups or jobs. */
export const LIMIT = 50;

/** A request for an operation of the API; `R` says what it is answered with. */
export interface ApiRequest<R extends ApiRoute> {
  readonly route: R;
  /** Under the page's own address: `v1/batches`. */
  readonly path: string;
  /** Of a POST. */
  readonly body?: object;
}

/**
 * Makes a request for an operation, which is named by its route.
 *
 * @param input the path's parameters, and what goes into the query of a GET or the body of a POST
 * @example requestTo('GET /v1/batches/{batch}/groups', { batch: 'clicks', limit: LIMIT })
 */
export function requestTo<R extends ApiRoute>(route: R, input: Input<R>): ApiRequest<R> {
  const [method, template = ''] = route.split(' /');
  const rest: Record<string, unknown> = { ...input };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]));
    delete rest[name];
    return value;
  });
  if (method === 'POST') return { route, path, body: rest };
  const query = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return { route, path: query.length === 0 ? path : `${path}?${new URLSearchParams(query)}` };
}
