import type { JournalPart } from '../journal/lmdb-journal.ts';
import { realSetImmediate } from '../real-time.ts';

/** The longest that the event loop goes without a turn. */
const LONGEST_MS = 4;

/**
 * Stands for a journal where nothing is kept on disk. It lets the event loop have its turn now and then: a table in
 * memory never waits, and a program that adds one item after the other would keep timers and I/O from theirs.
 */
export class Turns implements JournalPart {
  #turnAt = 0;

  write(): void {}

  async written(): Promise<void> {
    if (performance.now() - this.#turnAt < LONGEST_MS) return;
    await new Promise<void>(resolve => {
      realSetImmediate(resolve);
    });
    this.#turnAt = performance.now();
  }

  values(): Iterable<unknown> {
    return [];
  }
}
