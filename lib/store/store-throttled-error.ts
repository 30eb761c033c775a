import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';

/** DynamoDB has left keys of a batch read unread in every try (`store.throttled`). */
export class StoreThrottledError extends CisternError {
  override readonly name = 'StoreThrottledError';

  constructor(unread: number, keys: number) {
    super(
      ERROR_CODES.storeThrottled,
      `DynamoDB has left ${unread} of ${keys} records unread eight times in a row: it throttles the table's reads. Ask again in a few seconds, and see the table's ThrottledRequests.`,
      { details: { unread, keys, retryAfterMs: 5_000 } },
    );
  }
}
