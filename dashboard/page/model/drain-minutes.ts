/** A drain gives up after so long by default: as long as the API itself gives it. */
export const DRAIN_MINUTES = 15;
