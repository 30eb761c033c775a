import { UsageError } from '../errors/errors.ts';
import type { Answer, ApiRoute, Input } from './api-types.ts';
import type { HttpClient, RequestOptions } from './http-client.ts';

/** Which page of a list. */
export interface PageOptions {
  /** As it was given: what the API allows, it says. */
  readonly limit?: string;
  readonly cursor?: string;
}

const ADD = 'POST /v1/batches/{batch}/items' satisfies ApiRoute;

/** The HTTP API. Its operations are named by their routes, and typed. It checks nothing that the API checks. */
export class ApiClient {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * Asks for an operation.
   *
   * @param input the path's parameters, and what goes into the query of a GET or the body of a POST
   * @example await api.call('POST /v1/batches/{batch}/flush', { batch: 'clicks', group: 'example.com' });
   */
  call<R extends ApiRoute>(route: R, input: Input<R>): Promise<Answer<R>> {
    const { method, path, rest } = fill(route, { ...input });
    return method === 'GET'
      ? this.#http.request(method, path, { query: asText(rest) })
      : this.#http.request(method, path, { body: JSON.stringify(rest) });
  }

  /**
   * Adds items that are written already, so that their numbers stay as they were.
   *
   * @param body `{"item":…}` or `{"items":[…]}`
   */
  add(
    batch: string,
    body: string,
    options: Omit<RequestOptions, 'body' | 'query'>,
  ): Promise<Answer<typeof ADD>> {
    const { method, path } = fill(ADD, { batch });
    return this.#http.request(method, path, { ...options, body });
  }
}

/** A route's method, its path with its parameters, and what is left of the input. */
function fill(route: ApiRoute, input: Readonly<Record<string, unknown>>) {
  const [method, template = ''] = route.split(' ');
  const rest = { ...input };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    delete rest[name];
    return segment(String(input[name]));
  });
  return { method: method === 'GET' ? ('GET' as const) : ('POST' as const), path, rest };
}

const asText = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );

/** A name as part of a path. Names that an address takes for directions would lead to another route. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw new UsageError(`There can be nothing named ${JSON.stringify(name)}.`);
  return encodeURIComponent(name);
}
