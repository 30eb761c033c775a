/**
 * Stands in for the SDK's adaptive retries where none but lib's own clients run: those ask for the standard ones.
 */
export class AdaptiveRetryStrategy {
  constructor() {
    throw new TypeError('This function was bundled without adaptive retries: leave AWS_RETRY_MODE out.');
  }
}
