import * as v from 'valibot';
import type { Receipt } from '#lib/buffer/items';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { ERROR_CODES, RequestError, UnknownBatchError } from '#lib/errors';

/** What an ingest request is answered with. */
export interface IngestAnswer {
  /** Items that are new. */
  readonly accepted: number;
  /** Items that were dropped, since one with their dedup key was there. */
  readonly duplicates: number;
  /** One per item, in their order. */
  readonly receipts: readonly Receipt[];
}

const SHAPE = '{"item": …} or {"items": […]}';
const BODY = v.union(
  [v.strictObject({ item: v.unknown() }), v.strictObject({ items: v.array(v.unknown()) })],
  SHAPE,
);

/** The definition of that name. @throws UnknownBatchError */
export function findDefinition(definitions: readonly Definition[], name: string): Definition {
  const found = definitions.find(definition => definition.name === name);
  if (found) return found;
  throw new UnknownBatchError(
    name,
    definitions.map(definition => definition.name),
  );
}

/**
 * Adds what a request's body holds.
 * @throws RequestError `request.malformed`, and what an add throws
 */
export async function ingestBody(
  deployment: Deployment,
  definition: Definition,
  body: unknown,
): Promise<IngestAnswer> {
  const parsed = v.safeParse(BODY, body);
  if (!parsed.success) {
    throw new RequestError(ERROR_CODES.requestMalformed, `The body has to be ${SHAPE}, and nothing else.`);
  }
  const items = 'items' in parsed.output ? parsed.output.items : [parsed.output.item];
  const receipts = await deployment.add(definition, items);
  const duplicates = receipts.filter(({ duplicate }) => duplicate).length;
  return { accepted: receipts.length - duplicates, duplicates, receipts };
}
