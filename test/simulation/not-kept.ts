/**
 * Promises that the product does not keep in every play yet. The tests do not fail for them, and `npm run simulate` tells
 * of them without failing.
 */
export const NOT_KEPT: readonly string[] = [
  'no span of duration has more than max flushes',
  'throttled windows are flushed first come first served',
  'a throttled window is flushed as soon as a flush is free',
];
