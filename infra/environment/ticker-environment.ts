/** How the ticker works: it puts right what nobody else did. */
export interface TickerOptions {
  /** Milliseconds between two looks while there is something to look at: 100 to 30,000. Default 1,000. */
  readonly intervalMs?: number;
  /** Whether only one ticker at a time works. It spares work; no promise hangs on it. Default `true`. */
  readonly leaderElection?: boolean;
}

/** What the function takes; a test holds the two to each other. */
export const INTERVAL_MS = { min: 100, max: 30_000 };

/** The ticker's own variables. */
export function tickerEnvironment({ intervalMs, leaderElection }: TickerOptions): Record<string, string> {
  return {
    ...(intervalMs !== undefined && { CISTERN_TICK_INTERVAL_MS: String(intervalMs) }),
    ...(leaderElection !== undefined && { CISTERN_LEADER_ELECTION: String(leaderElection) }),
  };
}
