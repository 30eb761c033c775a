import { fromCursor, toCursor } from './opaque-cursor.ts';

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

/** Makes a cursor of a place. */
export const toPeekCursor = ({ shard, epoch, window, slot, taken }: PeekPlace): string =>
  toCursor([shard, epoch, window, slot, taken]);

/** Reads a cursor. @throws RequestError `request.malformed` for an invalid one */
export const fromPeekCursor = (cursor: unknown): PeekPlace => fromCursor(cursor, toPlace);

function toPlace(value: unknown): PeekPlace | undefined {
  if (!Array.isArray(value)) return undefined;
  const [shard, epoch, window, slot, taken] = value as unknown[];
  if (!(isCount(shard) && typeof epoch === 'string' && isCount(window))) return undefined;
  return isCount(slot) && isCount(taken) ? { shard, epoch, window, slot, taken } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
