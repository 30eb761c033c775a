const ALL = process.env['CISTERN_PLAYS'] === 'all';

/** One play in so many; no divisor of the number of faults, so that each fault has its turn. */
const ONE_IN = 11;

/**
 * The plays that a run makes: `CISTERN_PLAYS=all` makes them all, as CI does of crashes and interleavings; otherwise a
 * share of them, so that the tests are no matter of waiting.
 */
export const share = <T>(plays: readonly T[]): T[] => plays.filter((_, at) => ALL || at % ONE_IN === 0);

/** How many plays a run makes of those that are made up as it goes: all that are wanted, or some. */
export const some = (all: number, few: number): number => (ALL ? all : few);
