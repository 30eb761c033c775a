const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** Failures in a row from which on an entry of the due index is told as stuck: half a minute of them. */
export const STUCK_AFTER = 5;

/** How long what could not be put right so often is left alone: 1 s, 2 s, 4 s … and then an hour. */
export const backoffMs = (fails: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(fails, 20));
