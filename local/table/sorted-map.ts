/** How many entries a block has at most. A full block is split in two. */
const BLOCK = 512;

/**
 * A map that keeps its entries in the order of their keys, in blocks. An operation takes time by the logarithm of the
 * map's size, and by the size of a block.
 */
export class SortedMap<K, V> {
  readonly #compare: (a: K, b: K) => number;
  readonly #blocks: [K, V][][] = [];
  #size = 0;

  constructor(compare: (a: K, b: K) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    const { block, at, found } = this.#find(key);
    return found ? this.#blocks[block]?.[at]?.[1] : undefined;
  }

  set(key: K, value: V): void {
    const { block, at, found } = this.#find(key);
    const entries = this.#blocks[block];
    if (entries === undefined) {
      this.#blocks.push([[key, value]]);
      this.#size += 1;
      return;
    }
    entries.splice(at, found ? 1 : 0, [key, value]);
    if (found) return;
    this.#size += 1;
    if (entries.length > BLOCK) this.#blocks.splice(block + 1, 0, entries.splice(BLOCK / 2));
  }

  delete(key: K): boolean {
    const { block, at, found } = this.#find(key);
    const entries = this.#blocks[block];
    if (!found || entries === undefined) return false;
    entries.splice(at, 1);
    if (entries.length === 0) this.#blocks.splice(block, 1);
    this.#size -= 1;
    return true;
  }

  /** Returns the entries with keys at or after `from`, ascending. Without `from` it returns all entries. */
  *from(from?: K): Generator<[K, V]> {
    let { block, at } = from === undefined ? { block: 0, at: 0 } : this.#find(from);
    for (; block < this.#blocks.length; block++, at = 0) {
      const entries = this.#blocks[block] ?? [];
      for (; at < entries.length; at++) yield entries[at] as [K, V];
    }
  }

  /** Returns the entries with keys before `before`, descending. Without `before` it returns all entries. */
  *before(before?: K): Generator<[K, V]> {
    let { block, at } = before === undefined ? { block: this.#blocks.length, at: 0 } : this.#find(before);
    for (; block >= 0; block--, at = this.#blocks[block]?.length ?? 0) {
      const entries = this.#blocks[block] ?? [];
      for (at -= 1; at >= 0; at--) yield entries[at] as [K, V];
    }
  }

  /** Finds the place of a key, or the place where it would be inserted. */
  #find(key: K): { block: number; at: number; found: boolean } {
    // the last block that begins at or before the key
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#keyAt(middle, 0), key) > 0) high = middle;
      else low = middle + 1;
    }
    const block = Math.max(0, low - 1);
    const length = this.#blocks[block]?.length ?? 0;
    // the first entry in it at or after the key
    [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#keyAt(block, middle), key) >= 0) high = middle;
      else low = middle + 1;
    }
    return { block, at: low, found: low < length && this.#compare(this.#keyAt(block, low), key) === 0 };
  }

  /** Returns the key at a place that has one. */
  #keyAt(block: number, at: number): K {
    return this.#blocks[block]?.[at]?.[0] as K;
  }
}
