import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';

/** The place in a buffer at which a page begins. */
export interface PeekPlace {
  readonly shard: number;
  readonly epoch: string;
  readonly window: number;
  /** The first slot of a record, or the slot after a record. */
  readonly slot: number;
  /** How many slots of that record earlier pages have covered. */
  readonly taken: number;
}

/** Makes an opaque cursor. Its content is internal. */
export const toPeekCursor = ({ shard, epoch, window, slot, taken }: PeekPlace): string =>
  Buffer.from(JSON.stringify([shard, epoch, window, slot, taken])).toString('base64url');

/** Reads a cursor. @throws RequestError `request.malformed` for an invalid one */
export function fromPeekCursor(cursor: unknown): PeekPlace {
  try {
    const parts: unknown = JSON.parse(Buffer.from(String(cursor), 'base64url').toString());
    if (!Array.isArray(parts)) throw new TypeError('It holds no list.');
    const [shard, epoch, window, slot, taken] = parts as unknown[];
    if (isCount(shard) && typeof epoch === 'string' && isCount(window) && isCount(slot) && isCount(taken)) {
      return { shard, epoch, window, slot, taken };
    }
    throw new TypeError('It is no place in a buffer.');
  } catch (cause) {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `cursor has to be the cursor of the page before; it was ${JSON.stringify(cursor)}.`,
      { details: { cursor }, cause },
    );
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
