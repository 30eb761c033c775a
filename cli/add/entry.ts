import type { Item, Refusal } from './item.ts';

/** One item of the input, or the reason why it cannot be added. */
export interface Entry {
  readonly entry: { readonly item: Item } | { readonly refusal: Refusal };
  /** How many bytes of the input were read up to its end. */
  readonly end: number;
}
