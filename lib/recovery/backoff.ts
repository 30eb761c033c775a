const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** After so many failures in a row an entry of the due index counts as stuck. They take half a minute. */
export const STUCK_AFTER = 5;

/** Computes how long an entry is left alone after so many failures: 1 s, 2 s, 4 s … up to an hour. */
export const backoffMs = (fails: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(fails, 20));

const PAUSED_FIRST_MS = 60_000;

/** Computes after how long the ticker looks at a paused batch's buffer again: 1 min, 2 min, 4 min … up to an hour. */
export const pausedLookMs = (looks: number): number =>
  Math.min(LONGEST_MS, PAUSED_FIRST_MS * 2 ** Math.min(looks, 10));
