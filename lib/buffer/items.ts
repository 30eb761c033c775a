import type { DedupKeep } from '../definition/options.ts';

/** An item on its way into a buffer: checked, and written as it will be stored. */
export interface Item {
  /** Its place in the caller's bulk. */
  readonly index: number;
  readonly json: string;
  /** Of `json` in UTF-8. */
  readonly bytes: number;
  /** What `deduplicateBy` gave. */
  readonly key?: string;
  /** The buffer is flushed at once, with this item. */
  readonly urgent?: boolean;
  /** The trace in which it was added, where tracing is on. */
  readonly trace?: string;
}

/** An item that carries a dedup key. */
export interface KeyedItem extends Item {
  readonly key: string;
}

/** Where an item is: its job's id, its slot in the batch, and whether it shares them with an earlier item. */
export interface Receipt {
  /** The id of the job that the item is part of. */
  readonly job: string;
  /** Its slot in its window: 0 … maxSize−1. A batch has its items in this order, and may have fewer than slots. */
  readonly slot: number;
  /** True when an item with the same dedup key was there already, and this one was dropped. */
  readonly duplicate: boolean;
  /**
   * Present where duplicates are decided at the flush (`deduplicateBy` with `at: 'flush'`). `duplicate` is false then. The
   * item is in the batch, or another item of the batch with its key is there in its place.
   */
  readonly decided?: 'at flush';
}

/** The field of a receipt that says when duplicates are decided. */
export const decidedAtFlush = (keep: DedupKeep | undefined): Pick<Receipt, 'decided'> =>
  keep ? { decided: 'at flush' } : {};

/**
 * What has become of an item. `unknown` means that the store has answered neither the put nor the fence. The item may be
 * stored, so that adding it again may make a second copy.
 */
export type Outcome =
  | { readonly state: 'stored'; readonly receipt: Receipt }
  | { readonly state: 'not_stored'; readonly cause: unknown }
  | { readonly state: 'unknown'; readonly cause: unknown };

export type Outcomes = Map<Item, Outcome>;

/** Items that were written to a buffer. */
export interface Written {
  readonly outcomes: Outcomes;
  /**
   * Work that the adds have begun: a timer, a seal. Each promise settles when its work has ended. No acknowledgement
   * needs them.
   */
  readonly owed: readonly Promise<void>[];
}

/** Makes an item of its JSON. */
export const toItem = (json: string, index: number): Item => ({
  index,
  json,
  bytes: Buffer.byteLength(json),
});
