import type { Head } from '../store/head.ts';

/** More than two clocks that follow the store's time can be apart. */
export const CLOCKS_APART_MS = 10_000;

/** Says whether a window's deadline is further off than its `maxWaitMs`: the clock of its opener was ahead. */
export const isAstray = ({ open }: Head, now: number): boolean =>
  open !== undefined && open.deadline > now + open.waitMs + CLOCKS_APART_MS;
