import * as v from 'valibot';

const SHAPE = '{"item": …} or {"items": […]}';

/**
 * Items in a request at the most. Each is answered with a receipt of about 100 bytes, and Lambda answers with 6 MB: beyond,
 * items would be stored and nobody be told.
 */
export const MAX_ITEMS = 10_000;

/** What is added: one item or many, each any JSON value. */
export const ITEMS = v.union(
  [v.strictObject({ item: v.unknown() }), v.strictObject({ items: v.array(v.unknown()) })],
  `it has to be ${SHAPE}, and nothing else`,
);
