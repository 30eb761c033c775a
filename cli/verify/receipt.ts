import { parseTime } from '#lib/text/parse-time';
import type { Receipt } from '../api/api-types.ts';

/** A line of a receipts file: an item's receipt, and what the producer knows about the item. */
export interface ReceiptLine extends Receipt {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly batch: string;
  /** The item. Without it the content is not compared. */
  readonly item?: unknown;
  /** The item's dedup key. */
  readonly key?: string;
  /** When the receipt was given, in ms since the epoch. Without it the item counts as not expired. */
  readonly at?: number;
}

/** Parses a line of a receipts file. @returns undefined if it is no receipt */
export function parseReceipt(json: string, line: number): ReceiptLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { batch, job, slot, duplicate, decided, key, at, ...rest } = value as Readonly<
    Record<string, unknown>
  >;
  if (typeof batch !== 'string' || typeof job !== 'string' || typeof duplicate !== 'boolean')
    return undefined;
  if (typeof slot !== 'number' || !Number.isInteger(slot) || slot < 0) return undefined;
  if (key !== undefined && typeof key !== 'string') return undefined;
  const time = timeOf(at);
  if (at !== undefined && time === undefined) return undefined;
  return {
    line,
    batch,
    job,
    slot,
    duplicate,
    ...(decided === 'at flush' && { decided }),
    ...('item' in rest && { item: rest['item'] }),
    ...(key !== undefined && { key }),
    ...(time !== undefined && { at: time }),
  };
}

function timeOf(at: unknown): number | undefined {
  if (typeof at === 'string') return parseTime(at);
  return typeof at === 'number' && !Number.isNaN(at) ? at : undefined;
}
