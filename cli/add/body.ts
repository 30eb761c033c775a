import type { Item } from './item.ts';

/** The largest body that the API takes. */
export const MAX_BODY_BYTES = 4_000_000;
/**
 * The most items of a request, even of small ones. The answer has a receipt for each item, and must come before a proxy
 * on the way times out.
 */
export const MAX_ITEMS = 1_000;

const OPEN = '{"items":[';
const CLOSE = ']}';

/** Makes a request's body of items, each as it was written. */
export const itemsBody = (items: readonly Item[]): string =>
  `${OPEN}${items.map(({ json }) => json).join(',')}${CLOSE}`;

/** Gathers items while they fit in one request. */
export class BulkUnderWay {
  #items: Item[] = [];
  #bytes = OPEN.length + CLOSE.length;

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Takes an item. @returns false if the item does not fit any more; then it is not taken */
  take(item: Item): boolean {
    // + 1 for the comma
    const bytes = this.#bytes + item.bytes + 1;
    // an item that is too large by itself is sent alone, and the API refuses it
    const isFull = this.#items.length >= MAX_ITEMS || bytes > MAX_BODY_BYTES;
    if (isFull && !this.isEmpty) return false;
    this.#items.push(item);
    this.#bytes = bytes;
    return true;
  }

  /** Returns the gathered items, and begins anew. */
  close(): readonly Item[] {
    const items = this.#items;
    this.#items = [];
    this.#bytes = OPEN.length + CLOSE.length;
    return items;
  }
}
