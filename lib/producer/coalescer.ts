import pLimit from 'p-limit';
import type { Written } from '../buffer/items.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Clock } from '../store/services.ts';
import type { PreparedItem } from './prepare.ts';

/** The most writes to one buffer that a process has under way at the same time. Further calls wait for the next. */
const PARALLEL_WRITES = 4;
/**
 * The most writes that a process has under way in all. Further writes wait before they reserve, so that none of their
 * slots is fenced meanwhile.
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
  /** Of the items that wait. */
  items: number;
  bytes: number;
  /** The write that waits for calls to join it: `stop` stops its timer. */
  lingering?: { readonly begin: () => void; readonly stop: () => void } | undefined;
}

interface Call {
  readonly items: readonly PreparedItem[];
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit. While a process has several writes to a buffer under way, further calls wait. They are written together
 * as one bulk when the first of those writes has ended. So a busy process pays for a few writes per round trip instead
 * of two per item. A process that is not busy never waits.
 *
 * With `lingerMs` a call of one item lets others join it: its write begins when that time is over, when the items fill a
 * chunk or a window, or when a call comes that does not linger (docs/decisions/0067).
 */
export class Coalescer {
  readonly #write: Write;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #lanes = new Map<string, Lane>();
  readonly #limit = pLimit(PARALLEL_WRITES_IN_ALL);

  constructor(write: Write, clock: Pick<Clock, 'after'>) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Writes the items, perhaps with others'; the outcomes hold them all. */
  add(definition: Definition, buffer: BufferKey, items: readonly PreparedItem[]): Promise<Written> {
    const name = JSON.stringify([buffer.batch, buffer.group ?? null, buffer.shard]);
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [], items: 0, bytes: 0 };
    this.#lanes.set(name, lane);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ items, resolve, reject });
      for (const { bytes } of items) lane.bytes += bytes;
      lane.items += items.length;
      const begin = () => this.#begin(name, lane, definition, buffer);
      if (mayLinger(definition, lane, items)) this.#linger(lane, definition, begin);
      else begin();
    });
  }

  /** Begins all writes that linger, since the process is about to end or to answer. */
  hurry(): void {
    for (const { lingering } of this.#lanes.values()) lingering?.begin();
  }

  /** Has the first call that lingers begin the write when its time is over. */
  #linger(lane: Lane, { lingerMs = 0 }: Definition, begin: () => void): void {
    lane.lingering ??= { begin, stop: this.#clock.after(lingerMs, begin) };
  }

  /** Writes the calls that wait in a lane, as soon as another write may begin, until no call waits. */
  #begin(name: string, lane: Lane, definition: Definition, buffer: BufferKey): void {
    lane.lingering?.stop();
    lane.lingering = undefined;
    if (lane.running >= PARALLEL_WRITES) return;
    lane.running += 1;
    void this.#limit(() => this.#writeWaiting(lane, definition, buffer)).then(() => {
      lane.running -= 1;
      // calls that linger have a write of their own
      if (lane.waiting.length > 0 && !lane.lingering) this.#begin(name, lane, definition, buffer);
      else if (lane.waiting.length + lane.running === 0) this.#lanes.delete(name);
    });
  }

  async #writeWaiting(lane: Lane, definition: Definition, buffer: BufferKey): Promise<void> {
    const calls = lane.waiting.splice(0);
    lane.items = 0;
    lane.bytes = 0;
    // Another write of this lane has written them.
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

/**
 * Says whether a call waits for others to join. It does if it has one item, and if the items that wait fill neither a
 * chunk nor a window.
 */
function mayLinger(
  { lingerMs }: Definition,
  lane: Lane,
  [item, ...others]: readonly PreparedItem[],
): boolean {
  if (!lingerMs || item === undefined || others.length > 0 || item.urgent) return false;
  return lane.items < item.bounds.maxSize && lane.bytes < LIMITS.itemBytes;
}
