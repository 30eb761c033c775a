import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Refusal } from './item.ts';

/** The outcome of a file's lines. Each line that was read is counted in one of these. */
export interface AddOutcome {
  /** How many items are stored now. */
  accepted: number;
  /** How many items were dropped, since an item with the same dedup key was there. */
  duplicates: number;
  /** Lines that have to be changed before they can be added. */
  readonly refused: Refusal[];
  /** Lines that certainly are not stored. Adding them again makes no second copy. */
  readonly notAdded: number[];
  /** Lines that may be stored or not. Adding them again may make a second copy. */
  readonly unknown: number[];
}

export const emptyOutcome = (): AddOutcome => ({
  accepted: 0,
  duplicates: 0,
  refused: [],
  notAdded: [],
  unknown: [],
});

/** Returns the exit code of an add that has read all its input. */
export function exitCodeOf({ refused, notAdded, unknown }: AddOutcome): ExitCode {
  if (notAdded.length > 0 || unknown.length > 0) return EXIT.failed;
  return refused.length > 0 ? EXIT.refused : EXIT.ok;
}
