import type { Receipt } from '../../buffer/items.ts';
import type { Definition } from '../../definition/options.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import * as ERROR_CODES from '../../error-codes.ts';
import { RequestError } from '../../errors.ts';
import { parseInput } from '../definition/parse-input.ts';
import { ITEMS, MAX_ITEMS } from './items.ts';

/** What an ingest request is answered with. */
export interface IngestAnswer {
  /** Items that are new. */
  readonly accepted: number;
  /** Items that were dropped, since one with their dedup key was there. */
  readonly duplicates: number;
  /** One per item, in their order. */
  readonly receipts: readonly Receipt[];
}

/**
 * Adds what a request's body holds.
 * @throws RequestError `request.malformed`, `request.too_large`, and what an add throws
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
