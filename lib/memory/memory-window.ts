import { decidedAtFlush, type Item, type Receipt } from '../buffer/items.ts';
import type { DedupKeep } from '../definition/options.ts';

/** How many of the traces that its items were added in are kept. */
const TRACES = 128;

/** The items that this process holds of one buffer. They become one job. */
export class MemoryWindow {
  readonly #items: (string | undefined)[] = [];
  readonly #slots = new Map<string, number>();
  readonly #traces = new Set<string>();
  #bytes = 0;

  /**
   * @param job the job's id. Receipts name it
   * @param keep which item of a key stays, if duplicates take slots. Undefined: they take none
   */
  constructor(
    readonly job: string,
    readonly openedAt: number,
    readonly deadline: number,
    readonly keep?: DedupKeep,
  ) {}

  /** By their slots; undefined in the slot of one that was dropped as a duplicate. */
  get items(): readonly (string | undefined)[] {
    return this.#items;
  }

  /** Of the items that have taken slots. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The traces that its items were added in, where adds are traced. */
  get traces(): readonly string[] {
    return [...this.#traces];
  }

  /** Returns whether an item takes no slot, since the window holds one with its dedup key. */
  holds({ key }: Item): boolean {
    return this.keep === undefined && key !== undefined && this.#slots.has(key);
  }

  /** Takes an item, or drops it as a duplicate of one that the window holds. */
  add({ json, bytes, key, trace }: Item): Receipt {
    const { job, keep } = this;
    const seen = key === undefined ? undefined : this.#slots.get(key);
    if (seen !== undefined && keep === undefined) return { job, slot: seen, duplicate: true };
    const isDropped = seen !== undefined && keep === 'first';
    const slot = this.#items.push(isDropped ? undefined : json) - 1;
    if (seen !== undefined && !isDropped) this.#items[seen] = undefined;
    this.#bytes += bytes;
    if (trace !== undefined && this.#traces.size < TRACES) this.#traces.add(trace);
    if (key !== undefined && !isDropped) this.#slots.set(key, slot);
    return { job, slot, duplicate: false, ...decidedAtFlush(keep) };
  }
}
