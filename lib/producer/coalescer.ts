import pLimit from 'p-limit';
import type { Written } from '../buffer/items.ts';
import type { Definition } from '../definition/options.ts';
import type { BufferKey } from '../store/records.ts';
import type { PreparedItem } from './prepare.ts';

/** Writes to one buffer that a process has under way at the same time; what comes then waits for the next. */
const PARALLEL_WRITES = 4;
/**
 * Writes that a process has under way in all. What comes beyond has not reserved anything yet, so that it may wait for
 * however long without its slots being fenced.
 */
const PARALLEL_WRITES_IN_ALL = 100;

/** Writes items that belong to one buffer. */
export type Write = (
  definition: Definition,
  buffer: BufferKey,
  items: readonly PreparedItem[],
) => Promise<Written>;

interface Lane {
  running: number;
  waiting: Call[];
}

interface Call {
  readonly items: readonly PreparedItem[];
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: calls that come while a process already has several writes to a buffer under way are written
 * together, as one bulk, when the first of those has ended. A busy process so pays for a few writes per round
 * trip instead of two per item, and one that is not busy waits for nothing.
 */
export class Coalescer {
  readonly #write: Write;
  readonly #lanes = new Map<string, Lane>();
  readonly #limit = pLimit(PARALLEL_WRITES_IN_ALL);

  constructor(write: Write) {
    this.#write = write;
  }

  /** Writes the items, perhaps with others'; the outcomes hold them all. */
  add(definition: Definition, buffer: BufferKey, items: readonly PreparedItem[]): Promise<Written> {
    const name = JSON.stringify([buffer.batch, buffer.group ?? null, buffer.shard]);
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ items, resolve, reject });
      this.#begin(name, lane, definition, buffer);
    });
  }

  /** Writes what waits in a lane, when there is room for another write, and until nothing waits there. */
  #begin(name: string, lane: Lane, definition: Definition, buffer: BufferKey): void {
    if (lane.running >= PARALLEL_WRITES) return;
    lane.running += 1;
    void this.#limit(() => this.#writeWaiting(lane, definition, buffer)).then(() => {
      lane.running -= 1;
      if (lane.waiting.length > 0) this.#begin(name, lane, definition, buffer);
      else if (lane.running === 0) this.#lanes.delete(name);
    });
  }

  async #writeWaiting(lane: Lane, definition: Definition, buffer: BufferKey): Promise<void> {
    const calls = lane.waiting.splice(0);
    // another write of this lane has taken them along
    if (calls.length === 0) return;
    try {
      const written = await this.#write(
        definition,
        buffer,
        calls.flatMap(({ items }) => items),
      );
      for (const { resolve } of calls) resolve(written);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}
