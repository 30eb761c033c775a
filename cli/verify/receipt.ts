import type { Receipt } from '../api/api-types.ts';

/** What a producer was told of one item, and what it knows of it: a line of a receipts file. */
export interface ReceiptLine extends Receipt {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly batch: string;
  /** What was added. Without it the content is not compared. */
  readonly item?: unknown;
  /** The item's dedup key. */
  readonly key?: string;
  /** When it was told, in ms since the epoch. Without it nothing can have expired. */
  readonly at?: number;
}

/** @returns undefined for what is no receipt */
export function parseReceipt(json: string, line: number): ReceiptLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { batch, job, slot, duplicate, key, at, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof batch !== 'string' || typeof job !== 'string' || typeof duplicate !== 'boolean')
    return undefined;
  if (typeof slot !== 'number' || !Number.isInteger(slot) || slot < 0) return undefined;
  if (key !== undefined && typeof key !== 'string') return undefined;
  const time = typeof at === 'string' ? Date.parse(at) : at;
  if (time !== undefined && (typeof time !== 'number' || Number.isNaN(time))) return undefined;
  return {
    line,
    batch,
    job,
    slot,
    duplicate,
    ...('item' in rest && { item: rest['item'] }),
    ...(key !== undefined && { key }),
    ...(time !== undefined && { at: time }),
  };
}
