/** An item on its way into a buffer: checked, and written as it will be stored. */
export interface Item {
  /** Its place in the caller's bulk. */
  readonly index: number;
  readonly json: string;
  /** Of `json` in UTF-8. */
  readonly bytes: number;
  /** What `deduplicateBy` gave. */
  readonly key?: string;
  /** Its buffer flushes with it. */
  readonly urgent?: boolean;
  /** The trace that it is added in, where that is kept. */
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
}

/**
 * What has become of an item. `unknown` is left for a store that answers neither the put nor the fence: the item
 * may be stored, and must not be added anew unless a second copy does no harm.
 */
export type Outcome =
  | { readonly state: 'stored'; readonly receipt: Receipt }
  | { readonly state: 'not_stored'; readonly cause: unknown }
  | { readonly state: 'unknown'; readonly cause: unknown };

export type Outcomes = Map<Item, Outcome>;

/** Items that were written to a buffer. */
export interface Written {
  readonly outcomes: Outcomes;
  /** Each settles when something that the buffer is owed is done: a timer, a seal. No acknowledgement needs them. */
  readonly owed: readonly Promise<void>[];
}

/** An item of its JSON alone. */
export const toItem = (json: string, index: number): Item => ({
  index,
  json,
  bytes: Buffer.byteLength(json),
});
