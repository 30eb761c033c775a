/**
 * What makes a map in memory durable: each change is taken down, in the order of the calls.
 *
 * The map changes at once, and what depends on it may go on. Nobody outside may learn of a change before `written()`
 * has resolved: a kill would undo it.
 */
export interface Journal {
  /** Takes down what is at a key from now on; undefined means nothing. */
  write(key: string, value: unknown): void;
  /**
   * Resolves when all that has been taken down by now is on disk.
   *
   * @throws what kept it from being written; from then on always
   */
  written(): Promise<void>;
}
