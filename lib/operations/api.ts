import type * as v from 'valibot';
import type { Parameters } from './definition/operation.ts';
import type { OPERATIONS } from './table.ts';

type Listed = (typeof OPERATIONS)[number];

/** The operations by their routes. */
type Api = { readonly [O in Listed as O['route']]: O };

/** A route of the API: `POST /v1/batches/{batch}/flush`. */
export type ApiRoute = keyof Api;

/** What an operation is answered with, as JSON. */
export type Answer<R extends ApiRoute> = v.InferOutput<Api[R]['answer']['schema']>;

/** What a request says beside the path's parameters. */
type Said<R extends ApiRoute> = v.InferInput<NonNullable<Api[R]['request']>['schema']>;

/**
 * What an operation is given: its path's parameters, and the fields of its request. A query is text, so that a client may
 * pass on what it was given, and leave it to the API to refuse it.
 */
export type Input<R extends ApiRoute> = Parameters<R> &
  (R extends `GET ${string}` ? { readonly [K in keyof Said<R>]: Said<R>[K] | string } : Said<R>);
