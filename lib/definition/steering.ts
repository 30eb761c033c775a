/**
 * Ends a job: when a handler throws it, the attempt has failed, and the job is not tried again.
 *
 * @example throw new NonRetriableError('the warehouse has no such table');
 */
export class NonRetriableError extends Error {
  override readonly name: string = 'NonRetriableError';
}

/**
 * Sets the delay: when a handler throws it, the attempt has failed, and the next one begins after `ms`, if one is left.
 *
 * @example throw new RetryAfterError(30_000, 'the API asked for a break');
 */
export class RetryAfterError extends Error {
  override readonly name: string = 'RetryAfterError';

  /**
   * @param ms milliseconds from the failure to the next attempt. Less than 0 counts as 0, and more than 86,400,000 (24
   *   hours) as 24 hours
   * @throws TypeError if `ms` is not a finite number
   */
  constructor(
    readonly ms: number,
    message: string = `Try again in ${ms} ms.`,
    options?: ErrorOptions,
  ) {
    super(message, options);
    if (!Number.isFinite(ms)) throw new TypeError(`RetryAfterError takes milliseconds; it was given ${ms}.`);
  }
}
