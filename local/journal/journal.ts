/**
 * Makes a map in memory durable. It records each change, in the order of the calls.
 *
 * The map changes at once, and code in this process may use the change. A caller outside may learn of a change only after
 * `written()` has resolved, since a kill before would undo it.
 */
export interface Journal {
  /** Records the new value of a key. Undefined deletes it. */
  write(key: string, value: unknown): void;
  /**
   * Resolves when all changes so far are on disk.
   *
   * @throws the error of a failed write, from then on always
   */
  written(): Promise<void>;
}
