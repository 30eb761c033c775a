import type { Receipt } from '../buffer/items.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';

/**
 * Not all of an add could be stored (`batch.add_incomplete`): exactly which items are, and which are not. The
 * first failure is the `cause`; where it is one of Cistern's own, `details.reason` is its code. Where nothing is
 * stored and the cause says when to try again, `details.retryAfterMs` does: the whole may be added again.
 */
export class AddIncompleteError extends CisternError {
  override readonly name = 'AddIncompleteError';
  /** The items that are stored, by their place in the bulk, with their receipts. */
  readonly stored: readonly { readonly index: number; readonly receipt: Receipt }[];
  /** The items that certainly are not stored, by their place: adding them again makes no second copy. */
  readonly notStored: readonly number[];
  /** The items of which the store would say neither: adding them again may make a second copy. */
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
