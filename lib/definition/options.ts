import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { BatchContext, EndedJob } from './context.ts';
import type { Stored } from './json.ts';
import type { RetryOptions } from './retries.ts';

/**
 * The options of `batch()`.
 *
 * @typeParam T an item as it is stored: what `add()` takes, or what `schema` makes of that. The handler and all other
 *   functions get `Stored<T>`, the item read back from its JSON: a Date is a string there
 * @typeParam R what the handler returns
 * @typeParam I what `add()` takes; differs from `T` only where `schema` transforms
 */
export interface BatchOptions<T, R = unknown, I = T> {
  /** Unique in a deployment: 1 to 48 of letters, digits and `._:-`, beginning with a letter or a digit. */
  readonly name: string;
  /** The most items of a batch. A window is flushed when it has so many. An integer from 1 to 10,000. */
  readonly maxSize: number;
  /** A window is flushed so many milliseconds after its first item. An integer from 1 to 86,400,000 (24 hours). */
  readonly maxWaitMs: number;
  /**
   * A window is flushed early when its items have so many bytes as JSON. A batch may exceed this by the adds already
   * under way. A single item that is larger is refused. Default: no bound.
   */
  readonly maxBytes?: number;
  /** A function that processes a batch, or a function that imports one: `() => import('./handler.ts')`. */
  readonly handler: Handler<T, R> | LazyHandler<T, R>;
  /**
   * Gives an item's group. Items of a group are batched together, and apart from all others. It gets the item as the
   * handler will, read back from its JSON. Default: one group.
   */
  readonly groupBy?: (item: Stored<T>) => string;
  /**
   * Gives an item's dedup key. Of the items of a window with the same key, only the first is kept. It gets the item as
   * the handler will, read back from its JSON. With `{ key, ttlMs }` a key counts for `ttlMs`, also after its window was
   * flushed: a producer can then repeat an add whose answer was lost. With `{ key, at: 'flush', keep }` duplicates are
   * dropped when the batch is read: an add costs no more than one without a key, and `keep: 'last'` keeps the latest item
   * of each key. Default: all are kept.
   */
  readonly deduplicateBy?: ((item: Stored<T>) => string) | DedupOptions<T>;
  /**
   * `true` stores every item before it is acknowledged. `false` gathers items in the memory of the process that took
   * them. They are lost if that process dies. Default `true`.
   */
  readonly persist?: boolean;
  /** The number of buffers of a group, each with windows of its own: 1 to 256. Default 1. */
  readonly shards?: number;
  /** Labels for the batch's jobs; up to 20 of 64 characters. Default none. */
  readonly tags?: readonly string[];
  /** How often and when a failed batch is tried again. Default `{ max: 0, strategy: 'exponential', baseDelay: 1000 }`. */
  readonly retries?: RetryOptions;
  /** What happens to a job that has failed for good. Default `{ enabled: false }`: it is kept as failed, and nothing is called. */
  readonly deadLetter?: DeadLetterOptions<T>;
  /**
   * Milliseconds that an attempt may take. Then its `signal` is aborted, and the attempt has failed. 1 to 900,000
   * (Lambda's 15 minutes). Default: the time that the function has, up to 15 minutes.
   */
  readonly timeout?: number;
  /** Milliseconds between two renewals of a running job's lock: at most half of `lockTtlMs`. Default: a third of it. */
  readonly heartbeatMs?: number;
  /** Milliseconds after which a running job whose lock was not renewed runs again. 5,000 to 600,000. Default 30,000. */
  readonly lockTtlMs?: number;
  /**
   * Functions that are called around a batch's attempts: `beforeFlush` before the handler, `onSuccess` and `onFail` after
   * an attempt's end was stored. Default: none.
   */
  readonly hooks?: Hooks<T, R>;
  /**
   * How many batches run at the same time, in all processes together: 1 to 1,000. Default: no bound but the account's
   * concurrency.
   */
  readonly concurrency?: number;
  /**
   * Bounds the flushes in any span of `duration` milliseconds to `max`, of all processes together. A buffer that is held
   * back goes on filling, and is flushed at its turn. Default: no bound.
   */
  readonly throttle?: ThrottleOptions;
  /**
   * While so many jobs wait or run, add() is refused with `batch.too_many_pending`, which says when to try again. Each
   * process looks about once a second, so there may be more. Default: no bound.
   */
  readonly maxPendingBatches?: number;
  /** A window is flushed when no item has come for so many milliseconds, and after `maxWaitMs` at the latest. Default: off. */
  readonly quietMs?: number;
  /**
   * How many milliseconds an `add()` waits for others of its process to join it, so that they are stored by one write: 0
   * to 1,000. It is acknowledged when it is stored, as always. Default 0: it does not wait.
   */
  readonly lingerMs?: number;
  /**
   * Decides whether an item's buffer is flushed at once, with the item. Undefined counts as false. Any other value that
   * is no boolean, also a promise, refuses the add with ItemError `batch.urgent_invalid`. Default: no item is urgent.
   */
  readonly urgent?: (item: Stored<T>) => boolean;
  /** Gives a group its own maxSize or maxWaitMs. It is called when an item is added, and needs `groupBy`. Default: the batch's. */
  readonly limits?: (groupKey: string) => GroupLimits | undefined;
  /**
   * `true` runs a group's batches one at a time, in the order of their windows, also over retries. After a job that has
   * failed for good the next one runs. It needs `shards: 1`. Default `false`.
   */
  readonly ordered?: boolean;
  /** How long ended jobs are kept. Failed ones are kept with their items. */
  readonly retention?: RetentionOptions;
  /** Puts the batch's lifecycle events on the deployment's EventBridge bus (docs/events.md). Default `false`. */
  readonly events?: boolean;
  /**
   * The pool that runs the batch: 1 to 32 letters, digits and hyphens, beginning with a letter or digit. All definitions
   * of a pool share a consumer function and a job queue, and so what an idle deployment costs. They share the function's
   * rights, memory and concurrency, too. Default: a function and a queue of its own.
   */
  readonly pool?: string;
  /**
   * A Standard Schema (https://standardschema.dev). add() refuses an item that the schema refuses or throws for, and stores
   * the schema's output.
   */
  readonly schema?: StandardSchemaV1<I, T>;
}

/** Processes one batch. When it returns, the batch is done. When it throws, the batch gets another attempt. */
export type Handler<T, R = unknown> = (context: BatchContext<Stored<T>>) => R | Promise<R>;

/** Imports a handler when the first batch comes. A process that only adds never loads it. */
export type LazyHandler<T, R = unknown> = (
  context: BatchContext<Stored<T>>,
) => Promise<{ readonly default: Handler<T, R> }>;

/** When duplicates are dropped, and for how long a key counts. */
export type DedupOptions<T> = RememberedKeys<T> | KeysAtFlush<T>;

interface DedupKey<T> {
  /**
   * Gives an item's key: a text of at most 100,000 bytes as JSON. It gets the item as the handler will, read back from its
   * JSON. If it throws or gives anything but a text, the add is refused with ItemError `batch.dedup_key_invalid`.
   */
  readonly key: (item: Stored<T>) => string;
}

/** Dedup keys that count for longer than their window. */
export interface RememberedKeys<T> extends DedupKey<T> {
  /** Milliseconds from the add for which a key is remembered: 1,000 to 1,209,600,000 (14 days). */
  readonly ttlMs: number;
  readonly at?: never;
  readonly keep?: never;
}

/** Which item of a dedup key stays in its batch: the one in the first slot of the window, or the one in the last. */
export type DedupKeep = 'first' | 'last';

/**
 * Dedup keys that are compared when a batch is read. Duplicates take slots of the window until then. Nothing remembers the
 * keys beyond the window, so that they have no `ttlMs`.
 */
export interface KeysAtFlush<T> extends DedupKey<T> {
  readonly at: 'flush';
  readonly keep: DedupKeep;
  readonly ttlMs?: never;
}

export interface DeadLetterOptions<T> {
  /** Whether a job that has failed for good is dead. Default `false`: it is failed, and `onDead` is not called. */
  readonly enabled?: boolean;
  /**
   * The dead letter function calls it when a job is dead, with the dead items. It is called at least once, and again until
   * it returns.
   */
  readonly onDead?: (job: EndedJob<Stored<T>>, error: Error) => unknown;
}

export interface Hooks<T, R> {
  /**
   * Filters or transforms the items before the handler gets them. Each attempt gets the items that the first call that
   * returned has returned. If no item is left, the job is complete. If it throws, the attempt has failed.
   */
  readonly beforeFlush?: (
    items: readonly Stored<T>[],
    groupKey: string | undefined,
  ) => readonly Stored<T>[] | Promise<readonly Stored<T>[]>;
  /** Called when a job has completed. Its errors are logged and counted, and change nothing. */
  readonly onSuccess?: (job: EndedJob<Stored<T>, Stored<R>>, result: R) => unknown;
  /** Called after each failed attempt. Its errors are logged and counted, and change nothing. */
  readonly onFail?: (job: EndedJob<Stored<T>>, error: Error) => unknown;
}

export interface ThrottleOptions {
  /** The number of batches: 1 to 1,000. */
  readonly max: number;
  /** The span in milliseconds: 1 to 86,400,000. */
  readonly duration: number;
}

/** A group's own bounds. Other values refuse the add with ItemError `batch.limits_invalid`. */
export interface GroupLimits {
  /** The number of items: an integer from 1 to 10,000. Default: the batch's. */
  readonly maxSize?: number;
  /** Milliseconds: an integer from 1 to 86,400,000 (24 hours). Default: the batch's. */
  readonly maxWaitMs?: number;
}

export interface RetentionOptions {
  /** Milliseconds for completed jobs: 60,000 to 31,536,000,000 (a year). Default 14 days. */
  readonly completed?: number;
  /** Milliseconds for failed and dead jobs and their items, with the same bounds. Default 14 days. */
  readonly failed?: number;
}

/** A definition as the library uses it: checked, with defaults, frozen. Making one has no side effects. */
export interface Definition<T = unknown, R = unknown, I = T>
  extends Omit<
    BatchOptions<T, R, I>,
    | 'persist'
    | 'shards'
    | 'tags'
    | 'retries'
    | 'deadLetter'
    | 'lockTtlMs'
    | 'heartbeatMs'
    | 'hooks'
    | 'ordered'
    | 'retention'
    | 'events'
    | 'deduplicateBy'
  > {
  readonly persist: boolean;
  readonly shards: number;
  readonly tags: readonly string[];
  readonly retries: Required<Pick<RetryOptions, 'max' | 'strategy' | 'baseDelay' | 'jitter'>> & RetryOptions;
  readonly deadLetter: DeadLetterOptions<T> & { readonly enabled: boolean };
  readonly lockTtlMs: number;
  readonly heartbeatMs: number;
  readonly hooks: Hooks<T, R>;
  readonly ordered: boolean;
  readonly retention: Required<RetentionOptions>;
  readonly events: boolean;
  readonly deduplicateBy?: (item: Stored<T>) => string;
  /** Milliseconds for which a dedup key counts. Undefined if it counts in its window alone. */
  readonly dedupTtlMs?: number;
  /** Which item of a dedup key stays; undefined where duplicates are dropped at their add. */
  readonly dedupKeep?: DedupKeep;
}

/** A definition with any types of items and results, as `batch()` returns it. */
export type AnyDefinition = Pick<
  Definition,
  | 'name'
  | 'maxSize'
  | 'maxWaitMs'
  | 'persist'
  | 'shards'
  | 'tags'
  | 'retries'
  | 'lockTtlMs'
  | 'heartbeatMs'
  | 'events'
> & {
  /** Not callable: no context fits the handlers of all definitions. */
  readonly handler: (context: never) => unknown;
};
