import type * as v from 'valibot';
import type { Context } from '../context.ts';

/** The valibot schema of a query or a body: its fields are known, and there are no others. */
export type FieldsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** A request as a route gets it: decoded and, where the route has schemas, checked. */
export interface Call<Query, Body> extends Context {
  /** The path's parameters, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

/**
 * One method on one path. The table of these is all that the HTTP API is: requests are dispatched by it, and the
 * OpenAPI document is made of it.
 */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it: `/v1/batches/{batch}`. */
  readonly path: string;
  /** Of an answer that is no problem. Default 200. */
  readonly status?: 202;
  readonly query?: FieldsSchema;
  /** Of the body; its absence in a POST means that there is nothing to say. */
  readonly body?: v.GenericSchema;
  /** Whether a request may come without a body, which is then `{}`. */
  readonly bodyOptional?: boolean;
  /** Returns what is sent as JSON; dates become ISO strings. */
  readonly handle: (call: Call<never, never>) => unknown;
}

type Parsed<S> = S extends v.GenericSchema ? v.InferOutput<S> : undefined;

/** A route whose `handle` gets what its schemas let through. */
export const route = <
  Q extends FieldsSchema | undefined = undefined,
  B extends v.GenericSchema | undefined = undefined,
>(
  given: Omit<Route, 'query' | 'body' | 'handle'> & {
    readonly query?: Q;
    readonly body?: B;
    readonly handle: (call: Call<Parsed<Q>, Parsed<B>>) => unknown;
  },
): Route => given as Route;
