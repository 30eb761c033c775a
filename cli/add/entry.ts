import type { Item, Refusal } from './item.ts';

/** What one item of the input came to. */
export interface Entry {
  readonly entry: { readonly item: Item } | { readonly refusal: Refusal };
  /** Bytes of the input that have been read with it. */
  readonly end: number;
}
