/** Settings of the ticker, which flushes due windows and repairs what a crash left. */
export interface TickerOptions {
  /** Milliseconds between two looks while an entry is due: 100 to 30,000. Default 1,000. */
  readonly intervalMs?: number;
  /** Whether only one ticker works at a time. It saves work; no promise depends on it. Default `true`. */
  readonly leaderElection?: boolean;
}

/** The bounds that the function checks too. A test compares both. */
export const INTERVAL_MS = { min: 100, max: 30_000 };

/** Makes the ticker's own environment variables. */
export function tickerEnvironment({ intervalMs, leaderElection }: TickerOptions): Record<string, string> {
  return {
    ...(intervalMs !== undefined && { CISTERN_TICK_INTERVAL_MS: String(intervalMs) }),
    ...(leaderElection !== undefined && { CISTERN_LEADER_ELECTION: String(leaderElection) }),
  };
}
