import type * as v from 'valibot';
import type { Definition } from '../../definition/options.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import type { ErrorCode } from '../../errors.ts';
import type { AsJson } from '../../json/as-json.ts';
import type { AdminAction } from '../../topology.ts';
import type { Flat, Same } from '../schemas/json.ts';
import type { Rights } from './rights.ts';

/** What an operation is answered with. */
export interface Context {
  readonly deployment: Deployment;
  /** The definitions that the deployment runs. */
  readonly definitions: readonly Definition[];
  /** Describes the HTTP API; HTTP alone has it. */
  readonly describe?: () => Promise<OpenApiDocument>;
}

/** An OpenAPI document, as far as its own schema says. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly [more: string]: unknown };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [more: string]: unknown;
}

/** A method and a path as OpenAPI writes it: `POST /v1/batches/{batch}/flush`. */
export type Route = `${'GET' | 'POST'} /${string}`;

/** What describes an operation, whatever its types. */
interface Common {
  /** The OpenAPI document's operation id. */
  readonly name: string;
  /** Which function answers it over HTTP: `ingest` what a producer needs, `adminHttp` what operators see and do. */
  readonly answeredBy: 'ingest' | 'adminHttp';
  /**
   * How it is invoked directly; absent where it cannot be. `function` answers events that have the path's parameters and
   * the request's fields, and the fields in `with`, which tell it from other operations of the same function.
   */
  readonly direct?: { readonly function: AdminAction; readonly with?: v.ObjectEntries };
  /** What it asks of AWS. Absent where the deployment's infrastructure says it: the ingest function's. */
  readonly rights?: Rights;
  readonly tag: 'Items' | 'Batches' | 'Jobs' | 'The API';
  readonly summary: string;
  readonly description?: string;
  /** Codes beside those that every operation with such a path or such a request has. */
  readonly errors?: readonly ErrorCode[];
}

/** What answering a request takes of an operation. */
export interface Handler {
  readonly route: Route;
  /** Of an answer over HTTP that is no problem. Default 200. */
  readonly status?: 202;
  /**
   * What it is given beside the path's parameters: in the query of a GET, in the body of a POST. A body may be left out
   * where none of its fields is required. A GET's schema is a strict object.
   */
  readonly request?: { readonly schema: v.GenericSchema; readonly example?: unknown };
  /** Returns what is answered as JSON; dates become ISO strings. */
  readonly run: (context: Context, input: never) => unknown;
}

/**
 * One thing that can be asked of a deployment. HTTP, direct invocation, the OpenAPI document, the functions' rights and
 * the clients' types are all made of it.
 */
export interface Operation extends Common, Handler {
  readonly answer: {
    readonly schema: v.GenericSchema;
    readonly description: string;
    readonly example: unknown;
  };
}

/** The parameters of a route's path, by name. */
export type Parameters<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & Parameters<Rest>
  : unknown;

/** An operation with its types: `R` is its route, `S` its request's schema, `A` its answer's. */
export interface Typed<R extends Route, S extends v.GenericSchema, A extends v.GenericSchema>
  extends Operation {
  readonly route: R;
  readonly request?: { readonly schema: S; readonly example?: unknown };
  readonly answer: { readonly schema: A; readonly description: string; readonly example: unknown };
}

/** The operation, where its answer's schema says of what `run` returns no more and no less; else what differs. */
type Checked<R extends Route, S extends v.GenericSchema, A extends v.GenericSchema, T> =
  Same<Flat<v.InferOutput<A>>, Flat<AsJson<T>>> extends true
    ? Typed<R, S, A>
    : { readonly described: Flat<v.InferOutput<A>>; readonly returned: Flat<AsJson<T>> };

/**
 * Defines an operation, with the types of its input and its answer. One whose answer's schema says more, less or else than
 * what `run` returns is none, and the table refuses it.
 *
 * @example
 * export const getBuffer = defineOperation({
 *   name: 'getBuffer',
 *   route: 'GET /v1/batches/{batch}/buffer',
 *   answeredBy: 'adminHttp',
 *   rights: { find: ['due'], table: ['GetItem', 'BatchGetItem'] },
 *   tag: 'Batches',
 *   summary: 'How much is buffered of a group, exactly',
 *   request: { schema: v.strictObject({ group: v.optional(GROUP) }) },
 *   answer: { schema: BUFFERED, description: 'So many slots.', example: { buffered: 42 } },
 *   run: async (context, { batch, group }) => ({ buffered: await sizeOf(context, batch, group) }),
 * });
 */
export const defineOperation = <
  R extends Route,
  A extends v.GenericSchema,
  T,
  S extends v.GenericSchema = v.GenericSchema,
>(
  operation: Common & {
    readonly route: R;
    readonly status?: 202;
    readonly request?: { readonly schema: S; readonly example?: unknown };
    readonly answer: { readonly schema: A; readonly description: string; readonly example: unknown };
    readonly run: (context: Context, input: Parameters<R> & v.InferOutput<S>) => T | Promise<T>;
  },
): Checked<R, S, A, T> => operation as unknown as Checked<R, S, A, T>;
