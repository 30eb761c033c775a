import type { Item } from './item.ts';

/** The largest body that the API takes. */
export const MAX_BODY_BYTES = 4_000_000;
/**
 * The most items of a request, however small they are: the answer has a receipt for each, and must come before
 * anything on the way gives up waiting.
 */
export const MAX_ITEMS = 1_000;

const OPEN = '{"items":[';
const CLOSE = ']}';

/** The items as a request's body, each as it was written. */
export const itemsBody = (items: readonly Item[]): string =>
  `${OPEN}${items.map(({ json }) => json).join(',')}${CLOSE}`;

/** Gathers items for as long as they fit in one request. */
export class BulkUnderWay {
  #items: Item[] = [];
  #bytes = OPEN.length + CLOSE.length;

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Takes the item in. @returns false, with nothing done, where it wants another request */
  take(item: Item): boolean {
    // with the comma before it
    const bytes = this.#bytes + item.bytes + 1;
    // an item that is too large by itself goes alone, for the API to refuse
    const isFull = this.#items.length >= MAX_ITEMS || bytes > MAX_BODY_BYTES;
    if (isFull && !this.isEmpty) return false;
    this.#items.push(item);
    this.#bytes = bytes;
    return true;
  }

  /** What was gathered; it begins anew. */
  close(): readonly Item[] {
    const items = this.#items;
    this.#items = [];
    this.#bytes = OPEN.length + CLOSE.length;
    return items;
  }
}
