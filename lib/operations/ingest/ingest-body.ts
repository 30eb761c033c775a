import type { Receipt } from '../../buffer/items.ts';
import type { Definition } from '../../definition/options.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import * as ERROR_CODES from '../../error-codes.ts';
import { RequestError } from '../../errors.ts';
import { parseInput } from '../definition/parse-input.ts';
import { ITEMS, MAX_ITEMS } from './items.ts';

/** The answer of an add. */
export interface IngestAnswer {
  /** How many items are new. */
  readonly accepted: number;
  /** How many items were dropped, since an item with the same dedup key was there. */
  readonly duplicates: number;
  /** A receipt for each item, in their order. */
  readonly receipts: readonly Receipt[];
}

/**
 * Adds the items of a request's body.
 * @throws RequestError `request.malformed`, `request.too_large`; the errors of an add
 */
export async function ingestBody(
  deployment: Deployment,
  definition: Definition,
  body: unknown,
): Promise<IngestAnswer> {
  const parsed = parseInput(ITEMS, body, 'body');
  const items = 'items' in parsed ? parsed.items : [parsed.item];
  checkCount(items.length);
  const receipts = await deployment.add(definition, items);
  const duplicates = receipts.filter(({ duplicate }) => duplicate).length;
  return { accepted: receipts.length - duplicates, duplicates, receipts };
}

/** @throws RequestError `request.too_large` for more items than a request may have */
export function checkCount(items: number): void {
  if (items <= MAX_ITEMS) return;
  throw new RequestError(
    ERROR_CODES.requestTooLarge,
    `A request may have ${MAX_ITEMS} items, and it has ${items}. Send them in several.`,
    { details: { items, limit: MAX_ITEMS } },
  );
}
