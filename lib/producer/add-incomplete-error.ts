import type { Receipt } from '../buffer/items.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';

/**
 * Thrown when some items of an add could not be stored (`batch.add_incomplete`). It says which items are stored and which
 * are not. The first failure is the `cause`. If that is an error of Cistern's own, `details.reason` is its code. If no
 * item is stored and the cause says when to try again, `details.retryAfterMs` says so too, and all items may be added
 * again.
 */
export class AddIncompleteError extends CisternError {
  override readonly name = 'AddIncompleteError';
  /** The items that are stored, by their place in the bulk, with their receipts. */
  readonly stored: readonly { readonly index: number; readonly receipt: Receipt }[];
  /** The items that certainly are not stored, by their place: adding them again makes no second copy. */
  readonly notStored: readonly number[];
  /** The items that may be stored or not, since the store has not answered: adding them again may make a second copy. */
  readonly unknown: readonly number[];

  constructor(
    batch: string,
    { stored, notStored, unknown }: Pick<AddIncompleteError, 'stored' | 'notStored' | 'unknown'>,
    cause: unknown,
  ) {
    const { code: reason, details } = cause instanceof CisternError ? cause : {};
    const retryAfterMs = stored.length + unknown.length > 0 ? undefined : details?.['retryAfterMs'];
    super(
      ERROR_CODES.addIncomplete,
      `batch ${JSON.stringify(batch)}: ${stored.length} items are stored, ${notStored.length} are not, and of ${unknown.length} it is not known. Add again those of \`notStored\`.`,
      {
        details: {
          batch,
          stored,
          notStored,
          unknown,
          reason,
          retryAfterMs,
        },
        cause,
      },
    );
    this.stored = stored;
    this.notStored = notStored;
    this.unknown = unknown;
  }
}
