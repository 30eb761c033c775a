import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Refusal } from './item.ts';

/** What became of a file's lines, exactly. Every line that was read is in one of these. */
export interface AddOutcome {
  /** Items that are stored now. */
  accepted: number;
  /** Items that were dropped, since one with their dedup key was there. */
  duplicates: number;
  /** Lines that can never be added as they are. */
  readonly refused: Refusal[];
  /** Lines that certainly are not stored: adding them again makes no second copy. */
  readonly notAdded: number[];
  /** Lines of which nobody could say: adding them again may make a second copy. */
  readonly unknown: number[];
}

export const emptyOutcome = (): AddOutcome => ({
  accepted: 0,
  duplicates: 0,
  refused: [],
  notAdded: [],
  unknown: [],
});

/** What an add that came to its end is worth. */
export function exitCodeOf({ refused, notAdded, unknown }: AddOutcome): ExitCode {
  if (notAdded.length > 0 || unknown.length > 0) return EXIT.failed;
  return refused.length > 0 ? EXIT.refused : EXIT.ok;
}
