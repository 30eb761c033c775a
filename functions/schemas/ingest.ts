import * as v from 'valibot';

const SHAPE = '{"item": …} or {"items": […]}';

/** What is added: one item or many, each any JSON value. */
export const ITEMS = v.union(
  [v.strictObject({ item: v.unknown() }), v.strictObject({ items: v.array(v.unknown()) })],
  `it has to be ${SHAPE}, and nothing else`,
);
