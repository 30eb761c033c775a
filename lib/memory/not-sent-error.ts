import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';

/** A batch of items in memory that has not reached its queue. */
export interface UnsentBatch {
  readonly batch: string;
  /** Absent where the batch has no groups. */
  readonly group?: string;
  readonly job: string;
  readonly items: number;
}

/** How many batches the error's details name at most. */
const TOLD = 100;

/**
 * Makes the error that items of `persist: false` have not reached their queue (`batch.not_sent`). `details.unsent` names
 * the first 100 of their batches. The last failure is the `cause`.
 *
 * @param fate says what happens to the items now, for the message
 */
export function notSent(unsent: readonly UnsentBatch[], fate: string, cause: unknown): CisternError {
  const items = unsent.reduce((sum, each) => sum + each.items, 0);
  const batches = [...new Set(unsent.map(({ batch }) => batch))];
  return new CisternError(
    ERROR_CODES.notSent,
    `${items} items of ${batches.map(name => JSON.stringify(name)).join(', ')} have not reached their queue; ${fate}. See whether the queue exists, and whether this process may send to it.`,
    { details: { items, batches, unsent: unsent.slice(0, TOLD) }, cause },
  );
}
