/** Bounds on what operations may be asked. */
export const OPERATION_LIMITS = {
  /** Milliseconds after which a drain gives up. */
  drainTimeoutMs: { min: 1, max: 7 * 86_400_000 },
  /** Milliseconds after which waiting for a job gives up. */
  waitTimeoutMs: { min: 0, max: 7 * 86_400_000 },
} as const;
