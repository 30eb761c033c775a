import type * as v from 'valibot';
import type { Caller } from '../../control/actions.ts';
import type { History } from '../../control/metrics.ts';
import type { Definition } from '../../definition/options.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import type { ErrorCode } from '../../errors.ts';
import type { AsJson } from '../../json/as-json.ts';
import type { Action } from '../../store/action-ports.ts';
import type { AdminAction } from '../../topology.ts';
import type { Flat, Same } from '../schemas/json.ts';
import type { Rights } from './rights.ts';

/** The objects that an operation's `run` uses. */
export interface Context {
  readonly deployment: Deployment;
  /** The definitions that the deployment runs. */
  readonly definitions: readonly Definition[];
  /** Who asks, as far as it is known. */
  readonly caller?: Caller | undefined;
  /** What this process has seen of its batches; the local stack alone has it. */
  readonly history?: History;
  /** Describes the HTTP API. Only requests over HTTP have it. */
  readonly describe?: () => Promise<OpenApiDocument>;
}

/** An OpenAPI document, as its answer's schema describes it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly [more: string]: unknown };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [more: string]: unknown;
}

/** A method and a path, as OpenAPI writes it: `POST /v1/batches/{batch}/flush`. */
export type Route = `${'GET' | 'POST'} /${string}`;

/** The description of an operation, independent of its types. */
interface Common {
  /** The OpenAPI document's operation id. */
  readonly name: string;
  /** The function that answers it over HTTP: `ingest` for producers' operations, `adminHttp` for operators'. */
  readonly answeredBy: 'ingest' | 'adminHttp';
  /**
   * How it is invoked directly. Absent if it cannot be. `function` answers events that have the path's parameters, the
   * request's fields and the fields in `with`, which distinguish it from other operations of the same function.
   */
  readonly direct?: { readonly function: AdminAction; readonly with?: v.ObjectEntries };
  /** Its name in the log of actions. Absent if it changes nothing that is logged. */
  readonly action?: Action;
  /** The rights in AWS that it needs. Absent for operations of the ingest function: infra/rights has those. */
  readonly rights?: Rights;
  readonly tag: 'Items' | 'Batches' | 'Jobs' | 'The API';
  readonly summary: string;
  readonly description?: string;
  /** The codes of its errors, besides those of every operation with such a path or such a request. */
  readonly errors?: readonly ErrorCode[];
}

/** The parts of an operation that answer a request. */
export interface Handler {
  readonly route: Route;
  /** The status of a successful answer over HTTP. Default 200. */
  readonly status?: 202;
  /**
   * The fields of its input besides the path's parameters: in the query of a GET, in the body of a POST. A body may be left
   * out if none of its fields is required. A GET's schema is a strict object.
   */
  readonly request?: { readonly schema: v.GenericSchema; readonly example?: unknown };
  /** Returns the answer, which is written as JSON. Dates become ISO strings. */
  readonly run: (context: Context, input: never) => unknown;
}

/**
 * An operation of a deployment. HTTP, direct invocation, the OpenAPI document, the functions' rights and the clients' types
 * are all derived from it.
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

/** The operation, if its answer's schema describes exactly what `run` returns. Otherwise a type that shows the difference. */
type Checked<R extends Route, S extends v.GenericSchema, A extends v.GenericSchema, T> =
  Same<Flat<v.InferOutput<A>>, Flat<AsJson<T>>> extends true
    ? Typed<R, S, A>
    : { readonly described: Flat<v.InferOutput<A>>; readonly returned: Flat<AsJson<T>> };

/**
 * Defines an operation, with the types of its input and its answer. If the answer's schema does not describe exactly what
 * `run` returns, the result is no operation, and the table does not compile.
 *
 * @example
 * export const getBuffer = defineOperation({
 *   name: 'getBuffer',
 *   route: 'GET /v1/batches/{batch}/buffer',
 *   answeredBy: 'adminHttp',
 *   rights: { find: ['due'], table: ['GetItem', 'BatchGetItem'] },
 *   tag: 'Batches',
 *   summary: 'Count a group’s buffered items exactly',
 *   request: { schema: v.strictObject({ group: v.optional(GROUP) }) },
 *   answer: { schema: BUFFERED, description: 'The number of taken slots.', example: { buffered: 42 } },
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
