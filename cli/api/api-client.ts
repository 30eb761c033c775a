import { UsageError } from '../errors/errors.ts';
import type { Answer, ApiRoute, Input } from './api-types.ts';
import type { HttpClient, RequestOptions } from './http-client.ts';

/** The page of a list that is asked for. */
export interface PageOptions {
  /** The limit as it was given. The API checks it. */
  readonly limit?: string;
  readonly cursor?: string;
}

const ADD = 'POST /v1/batches/{batch}/items' satisfies ApiRoute;

/** Calls the HTTP API. Operations are named by their routes, and typed. The API checks the input. */
export class ApiClient {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * Calls an operation.
   *
   * @param input the path's parameters, and the fields of a GET's query or of a POST's body
   * @example await api.call('POST /v1/batches/{batch}/flush', { batch: 'clicks', group: 'example.com' });
   */
  call<R extends ApiRoute>(route: R, input: Input<R>): Promise<Answer<R>> {
    const { method, path, rest } = fill(route, { ...input });
    return method === 'GET'
      ? this.#http.request(method, path, { query: asText(rest) })
      : this.#http.request(method, path, { body: JSON.stringify(rest) });
  }

  /**
   * Adds items whose JSON is written already, so that their numbers do not change.
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

/** Returns a route's method, its path with its parameters, and the rest of the input. */
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

/** Encodes a name as part of a path. It also encodes `.` and `..`, which would lead to another route. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw new UsageError(`There can be nothing named ${JSON.stringify(name)}.`);
  return encodeURIComponent(name);
}
