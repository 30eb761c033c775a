/** How often, and when, a failed batch is tried again. */
export interface RetryOptions {
  /** The number of attempts after the first: 0 to 100. Default 0. */
  readonly max?: number;
  /** `exponential`: the delay is `baseDelay`, and doubles each time. `fixed`: always `baseDelay`. Default `exponential`. */
  readonly strategy?: 'exponential' | 'fixed';
  /** Milliseconds from the first failure to the next attempt: 0 to 86,400,000. Default 1,000. */
  readonly baseDelay?: number;
  /** The longest delay in milliseconds: 0 to 86,400,000. Default 24 hours. */
  readonly maxDelay?: number;
  /**
   * Draws each delay at random, from half of the delay to all of it, so that many failed jobs do not run again at the same
   * time. Default `false`.
   */
  readonly jitter?: boolean;
}

export const RETRY_DEFAULTS = { max: 0, strategy: 'exponential', baseDelay: 1_000, jitter: false } as const;
