import type { Outcomes } from '../buffer/items.ts';
import type { Definition } from '../definition/options.ts';
import type { BufferKey } from '../store/records.ts';
import type { PreparedItem } from './prepare.ts';

/** Writes to one buffer that a process has under way at the same time; what comes then waits for the next. */
const PARALLEL_WRITES = 4;

/** Writes items that belong to one buffer. */
export type Write = (
  definition: Definition,
  buffer: BufferKey,
  items: readonly PreparedItem[],
) => Promise<Outcomes>;

interface Lane {
  running: number;
  waiting: Call[];
}

interface Call {
  readonly items: readonly PreparedItem[];
  readonly resolve: (outcomes: Outcomes) => void;
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

  constructor(write: Write) {
    this.#write = write;
  }

  /** Writes the items, perhaps with others'; the outcomes hold them all. */
  add(definition: Definition, buffer: BufferKey, items: readonly PreparedItem[]): Promise<Outcomes> {
    const name = JSON.stringify([buffer.batch, buffer.group ?? null, buffer.shard]);
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ items, resolve, reject });
      this.#next(name, lane, definition, buffer);
    });
  }

  #next(name: string, lane: Lane, definition: Definition, buffer: BufferKey): void {
    if (lane.running >= PARALLEL_WRITES) return;
    if (lane.waiting.length === 0) {
      if (lane.running === 0) this.#lanes.delete(name);
      return;
    }
    const calls = lane.waiting.splice(0);
    lane.running += 1;
    this.#write(
      definition,
      buffer,
      calls.flatMap(({ items }) => items),
    )
      .then(
        outcomes => {
          for (const { resolve } of calls) resolve(outcomes);
        },
        error => {
          for (const { reject } of calls) reject(error);
        },
      )
      .finally(() => {
        lane.running -= 1;
        this.#next(name, lane, definition, buffer);
      });
  }
}
