import * as v from 'valibot';

const SHAPE = '{"item": …} or {"items": […]}';

/**
 * How many items a request may have. The answer has a receipt of about 100 bytes for each, and Lambda's answers have at
 * most 6 MB. With more items, they would be stored, but the answer could not be sent.
 */
export const MAX_ITEMS = 10_000;

/** The items to add: one or many, each any JSON value. */
export const ITEMS = v.union(
  [v.strictObject({ item: v.unknown() }), v.strictObject({ items: v.array(v.unknown()) })],
  `it has to be ${SHAPE}, and nothing else`,
);
