/** One play in so many; no divisor of the number of faults, so that each fault has its turn. */
const ONE_IN = 6;

/**
 * The plays that a run makes: `CISTERN_PLAYS=all`, as CI does, makes them all; otherwise a share of them, so that the
 * tests are no matter of waiting.
 */
export const share = <T>(plays: readonly T[]): T[] =>
  plays.filter((_, at) => process.env['CISTERN_PLAYS'] === 'all' || at % ONE_IN === 0);
