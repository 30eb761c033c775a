/**
 * The ticker sends a job again that has not ended and whose record has not changed for this long. The time of a lock
 * that has not lapsed, or of a retry that is not due, does not count.
 */
export const JOB_RESEND_AFTER_MS = 60_000;

/** The wait doubles each time the job is sent again, up to this: the job may be waiting in a long queue. */
const LONGEST_RESEND_BACKOFF_MS = 3_600_000;

/** Computes how long a job's record may be unchanged before the ticker sends it again, after so many times. */
export const resendBackoffMs = (resends: number): number =>
  Math.min(LONGEST_RESEND_BACKOFF_MS, JOB_RESEND_AFTER_MS * 2 ** Math.min(resends, 10));
