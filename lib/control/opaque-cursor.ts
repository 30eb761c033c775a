import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';

/** Makes a cursor that callers pass on as it is. It holds only letters that no shell and no address interprets. */
export const toCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Reads a cursor that `toCursor` has made.
 *
 * @param read returns the place; undefined if the value is none
 * @throws RequestError `request.malformed` for any other text
 */
export function fromCursor<T>(cursor: unknown, read: (value: unknown) => T | undefined): T {
  const value = parsed(cursor);
  const place = value === undefined ? undefined : read(value);
  if (place !== undefined) return place;
  throw new RequestError(
    ERROR_CODES.requestMalformed,
    `cursor has to be the cursor of the page before; it was ${JSON.stringify(cursor)}.`,
    { details: { cursor } },
  );
}

function parsed(cursor: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(cursor), 'base64url').toString());
  } catch {
    return undefined;
  }
}
