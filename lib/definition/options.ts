import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FlushReason } from './flush-reason.ts';

/**
 * What `batch()` takes.
 *
 * @typeParam T what the handler gets: an item as it was stored
 * @typeParam R what the handler returns
 * @typeParam I what `add()` takes; differs from `T` only where `schema` transforms
 */
export interface BatchOptions<T, R = unknown, I = T> {
  /** Unique in a deployment: 1 to 48 of letters, digits and `._:-`, beginning with a letter or a digit. */
  readonly name: string;
  /** Flush when so many items have gathered; no batch is ever larger. An integer from 1 to 10,000. */
  readonly maxSize: number;
  /** Flush so many milliseconds after the first item. An integer from 1 to 86,400,000 (24 hours). */
  readonly maxWaitMs: number;
  /**
   * Flush early when the items gathered come to so many bytes of JSON. The bound is soft: what is in flight
   * when it is reached is still taken in. An item that is larger by itself is refused. Default: no bound.
   */
  readonly maxBytes?: number;
  /** Runs a batch, or imports the module whose default export does: `() => import('./handler.ts')`. */
  readonly handler: Handler<T, R> | LazyHandler<T, R>;
  /**
   * Items with the same key gather and flush together, apart from all others. It gets the item as the handler
   * will, read back from its JSON. Default: one group.
   */
  readonly groupBy?: (item: T) => string;
  /**
   * Of the items in one window that have the same key only the first is kept. It gets the item as the handler
   * will, read back from its JSON. Default: all are kept.
   */
  readonly deduplicateBy?: (item: T) => string;
  /**
   * `true` stores every item before it is acknowledged. `false` gathers items in the memory of the process
   * that took them, and loses them if it dies: for what is cheap to lose and dear to store. Default `true`.
   */
  readonly persist?: boolean;
  /** Buffers a group is spread over, each with windows of its own; from 1 to 256. Default 1. */
  readonly shards?: number;
  /** Labels for the batch's jobs; up to 20 of 64 characters. Default none. */
  readonly tags?: readonly string[];
  /** Any Standard Schema (https://standardschema.dev): add() refuses what it refuses and stores its output. */
  readonly schema?: StandardSchemaV1<I, T>;
}

/** Runs one batch. Returning settles it; throwing makes it come back for another attempt. */
export type Handler<T, R = unknown> = (context: BatchContext<T>) => R | Promise<R>;

/** Imports a handler when the first batch comes, so that whoever only adds never loads it. */
export type LazyHandler<T, R = unknown> = (
  context: BatchContext<T>,
) => Promise<{ readonly default: Handler<T, R> }>;

/** What a handler gets. */
export interface BatchContext<T> {
  /** The job's id, a UUID; the same for each attempt. */
  readonly id: string;
  /** The definition's name. */
  readonly name: string;
  /** The items, as they were added, in the order of their slots; the same for each attempt. */
  readonly batch: readonly T[];
  readonly batchSize: number;
  /** What `groupBy` gave; undefined where the definition has none. */
  readonly groupKey: string | undefined;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** When the batch's first item was taken. */
  readonly createdAt: Date;
  readonly flushReason: FlushReason;
  readonly tags: readonly string[];
}

/** A definition as the library uses it: checked, defaults filled in, frozen. Making one has no side effects. */
export interface Definition<T = unknown, R = unknown, I = T>
  extends Omit<BatchOptions<T, R, I>, 'persist' | 'shards' | 'tags'> {
  readonly persist: boolean;
  readonly shards: number;
  readonly tags: readonly string[];
}
