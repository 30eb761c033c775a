import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { LevelIterator } from './value-stream.ts';

/** A value as DynamoDB's wire format has it: `{ "S": "text" }`. */
export type WireValue = Readonly<Record<string, unknown>>;
export type WireItem = Record<string, WireValue>;

/** A step of a parsed update expression; a path is attribute names and list indexes. */
export interface UpdateStep {
  type: 'set' | 'remove' | 'add' | 'delete';
  readonly path: readonly (string | number)[];
  readonly attrType?: string;
  val?: unknown;
}

/** A write's or query's parameters, with what dynalite parsed out of its expressions. */
export interface DynaliteRequest {
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, WireValue>>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  _updates?: { readonly sections: UpdateStep[] } | undefined;
  _condition?: { readonly expression: unknown } | undefined;
}

export interface DynaliteError {
  readonly body: Record<string, unknown>;
}

export interface KeyPart {
  readonly AttributeName: string;
}

export interface SecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyPart[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

export interface DynaliteTable {
  readonly TableName: string;
  readonly KeySchema: readonly KeyPart[];
  readonly LocalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly GlobalSecondaryIndexes?: readonly SecondaryIndex[];
}

export type IndexOperation = { type: 'put'; key: string; value: WireItem } | { type: 'del'; key: string };
export type Done = (error?: unknown) => void;

export interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    values(range: object): LevelIterator;
    createValueStream(range: object): Readable;
  };
  getIndexDb(
    kind: 'Local' | 'Global',
    table: string,
    index: string,
  ): {
    batch(operations: IndexOperation[], done: Done): void;
  };
}

/** Those functions of dynalite's `db` module that its actions call through the module's exports. */
export interface DynaliteDb {
  create(options: DynaliteOptions): DynaliteStore;
  checkConditional(
    request: DynaliteRequest,
    existing: WireItem | undefined,
  ): DynaliteError | null | undefined;
  createKey(item: WireItem, table: DynaliteTable, keySchema?: readonly KeyPart[]): string;
  createIndexKey(item: WireItem, table: DynaliteTable, keySchema: readonly KeyPart[]): string;
  updateIndexes(
    store: DynaliteStore,
    table: DynaliteTable,
    before: WireItem | undefined,
    after: WireItem | null,
    done: Done,
  ): void;
}

export interface DynaliteValidations {
  validateAttributeValue(value: WireValue): string | undefined;
  validateExpressions(request: DynaliteRequest): string | undefined;
}

/** One operation's parameters. */
export interface DynaliteOperation {
  readonly types: Record<string, { readonly type: string; readonly enum?: readonly string[] }>;
}

export interface DynaliteOptions {
  readonly path?: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
  /** Set by our patch as the store is made: whether its directory can be used. */
  opened?: Promise<void>;
}

const require = createRequire(import.meta.url);

/** dynalite ships neither types nor an API for its inside: this is all of it that we use, typed by hand. */
export const dynalite = {
  create: require('dynalite') as (options: DynaliteOptions) => Server,
  db: require('dynalite/db') as DynaliteDb,
  validations: require('dynalite/validations') as DynaliteValidations,
  operation: (name: 'putItem' | 'updateItem' | 'deleteItem') =>
    require(`dynalite/validations/${name}`) as DynaliteOperation,
  listener: (server: Server) => server.listeners('request')[0] as RequestListener,
};
