const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** Failures in a row from which on an entry of the due index is told as stuck: half a minute of them. */
export const STUCK_AFTER = 5;

/** How long what could not be put right so often is left alone: 1 s, 2 s, 4 s … and then an hour. */
export const backoffMs = (fails: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(fails, 20));

const PAUSED_FIRST_MS = 60_000;

/** After how long a paused batch's buffer is looked at again: a minute, two, four … and then an hour. */
export const pausedLookMs = (looks: number): number =>
  Math.min(LONGEST_MS, PAUSED_FIRST_MS * 2 ** Math.min(looks, 10));
