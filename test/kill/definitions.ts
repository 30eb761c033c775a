/** What the killed process and its judge both go by. */
export const MAX_SIZE = 7;
/** Dedup keys that there are. */
export const KEYS = 50;
