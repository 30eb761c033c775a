/**
 * A job that has not ended and was not heard of for so long is sent again by the ticker. What it is still waiting
 * for does not count: a lock that has not lapsed, a retry that is not due.
 */
export const JOB_RESEND_AFTER_MS = 60_000;

/** A job that was sent again and waits on, in a long queue perhaps, is given twice the time each turn, up to this. */
const LONGEST_RESEND_BACKOFF_MS = 3_600_000;

/** How long a job may be unheard of that was sent again so often. */
export const resendBackoffMs = (resends: number): number =>
  Math.min(LONGEST_RESEND_BACKOFF_MS, JOB_RESEND_AFTER_MS * 2 ** Math.min(resends, 10));
