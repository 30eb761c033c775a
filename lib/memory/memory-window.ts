import type { Item, Receipt } from '../buffer/items.ts';

/** How many of the traces that its items were added in are kept. */
const TRACES = 128;

/** The items that this process holds of one buffer. They become one job. */
export class MemoryWindow {
  readonly #items: string[] = [];
  readonly #slots = new Map<string, number>();
  readonly #traces = new Set<string>();
  #bytes = 0;

  /** @param job the job's id. Receipts name it */
  constructor(
    readonly job: string,
    readonly openedAt: number,
    readonly deadline: number,
  ) {}

  get items(): readonly string[] {
    return this.#items;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The traces that its items were added in, where adds are traced. */
  get traces(): readonly string[] {
    return [...this.#traces];
  }

  /** Returns whether an item is a duplicate of one that the window holds. */
  holds({ key }: Item): boolean {
    return key !== undefined && this.#slots.has(key);
  }

  /** Takes an item, or drops it as a duplicate of one that the window holds. */
  add({ json, bytes, key, trace }: Item): Receipt {
    const seen = key === undefined ? undefined : this.#slots.get(key);
    if (seen !== undefined) return { job: this.job, slot: seen, duplicate: true };
    const slot = this.#items.push(json) - 1;
    this.#bytes += bytes;
    if (trace !== undefined && this.#traces.size < TRACES) this.#traces.add(trace);
    if (key !== undefined) this.#slots.set(key, slot);
    return { job: this.job, slot, duplicate: false };
  }
}
