import { type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';

/** An item of 200 bytes. */
interface Item {
  readonly n: number;
  readonly group: string;
  readonly text: string;
}

/** How a bench adds items. */
export interface Way {
  readonly name: string;
  /** Calls at a time. */
  readonly callers: number;
  /** Items of a call. Default 1: `add`. */
  readonly bulk?: number;
  /** Default 1. */
  readonly groups?: number;
  readonly options?: Partial<BatchOptions<Item>>;
}

export const KEY = (item: Item): string => String(item.n);

/** The batch that a way adds to. Nothing flushes it but its size. */
export const targetOf = (
  { options, groups = 1 }: Way,
  more: { readonly maxSize: number; readonly persist?: boolean },
): Definition =>
  batch<Item>({
    name: 'target',
    maxWaitMs: 3_600_000,
    ...(groups > 1 && { groupBy: item => item.group }),
    handler: () => {},
    ...more,
    ...options,
  } as BatchOptions<Item>) as unknown as Definition;

export const TEXT = 'x'.repeat(150);
let numbers = 0;

/** Adds so many items in a way. No two items of a process have the same key. */
export async function addAll(
  { callers, bulk = 1, groups = 1 }: Way,
  items: number,
  add: (items: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  let left = items;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      const count = Math.min(bulk, left);
      left -= count;
      await add(
        Array.from({ length: count }, () => ({ n: numbers, group: String(numbers++ % groups), text: TEXT })),
      );
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}
