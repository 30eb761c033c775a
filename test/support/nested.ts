/** JSON of arrays in arrays, so many. */
export const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
