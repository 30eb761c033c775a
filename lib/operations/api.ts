import type * as v from 'valibot';
import type { Parameters } from './definition/operation.ts';
import type { OPERATIONS } from './table.ts';

type Listed = (typeof OPERATIONS)[number];

/** The operations by their routes. */
type Api = { readonly [O in Listed as O['route']]: O };

/** A route of the API: `POST /v1/batches/{batch}/flush`. */
export type ApiRoute = keyof Api;

/** An operation's answer, as JSON. */
export type Answer<R extends ApiRoute> = v.InferOutput<Api[R]['answer']['schema']>;

/** The fields of a request, besides the path's parameters. */
type Said<R extends ApiRoute> = v.InferInput<NonNullable<Api[R]['request']>['schema']>;

/**
 * An operation's input: its path's parameters, and the fields of its request. Fields of a query may be text, so that a
 * client can pass on what its user wrote, and the API checks it.
 */
export type Input<R extends ApiRoute> = Parameters<R> &
  (R extends `GET ${string}` ? { readonly [K in keyof Said<R>]: Said<R>[K] | string } : Said<R>);
