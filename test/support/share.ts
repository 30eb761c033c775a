/** One play in so many. */
const FEW = '0/34';

const given = process.env['CISTERN_PLAYS'];
const [turn = 0, of = 1] = (given === 'all' ? '0/1' : (given ?? FEW)).split('/').map(Number);

/**
 * The plays that a run makes, of which there are too many to wait for: `CISTERN_PLAYS=all` makes them all, as CI does of planted
 * mistakes, and `1/6` the second sixth. Otherwise it is a small share.
 */
export const share = <T>(plays: readonly T[]): T[] => plays.filter((_, at) => at % of === turn);

/** How many plays a run makes of those that are made up as it goes. */
export const some = (all: number, few: number): number => (given === undefined ? few : Math.ceil(all / of));
