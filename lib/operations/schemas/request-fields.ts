import * as v from 'valibot';
import { LIMITS } from '../../definition/limits.ts';

/* Parts of the schemas of requests. */

/** How many rows a page has. */
export const PAGE = { default: 50, max: 500 };

export const integer = (min: number, max: number) => {
  const rule = `it has to be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
};

export const GROUP = v.pipe(
  v.string('it has to be a text'),
  v.check(
    group => Buffer.byteLength(JSON.stringify(group)) <= LIMITS.groupKeyBytes,
    `it has to have at most ${LIMITS.groupKeyBytes} bytes as JSON`,
  ),
  v.description(
    'A group key of at most 1,024 bytes as JSON. The empty text is a group too. Default: the whole batch.',
  ),
);
export const LIMIT = v.pipe(
  integer(1, PAGE.max),
  v.description(`How many rows at most. Default ${PAGE.default}.`),
);
/** Makes the schema of a cursor by its pattern. */
export const cursor = (pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.regex(pattern, 'it has to be the cursor of the page before'),
    v.description('The `cursor` of the page before.'),
  );

/** A request without fields. */
export const NOTHING = { schema: v.strictObject({}), example: {} };
