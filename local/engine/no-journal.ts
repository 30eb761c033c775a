import type { JournalPart } from '../journal/lmdb-journal.ts';
import { realSetImmediate } from '../real-time.ts';

/** The longest time between two turns of the event loop, in ms. */
const LONGEST_MS = 4;

/**
 * Takes the place of a journal if nothing is kept on disk. It gives the event loop a turn now and then. A table in memory
 * never waits for I/O, so a program that adds items one by one would otherwise block timers and I/O.
 */
export class NoJournal implements JournalPart {
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
