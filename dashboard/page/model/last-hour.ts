import type { BatchStatus, Minute } from '../api/contract.ts';

const MINUTE_MS = 60_000;
const LENGTH = 60;

/**
 * The last sixty minutes of all these batches taken together, oldest first, the last one not over yet. The API
 * leaves minutes without anything out.
 */
export function lastHour(batches: readonly BatchStatus[]): Minute[] {
  const newest = Math.max(0, ...batches.map(({ buffers }) => minuteOf(buffers.asOf)));
  const sums = new Map<number, { items: number; batches: number }>();
  for (const { throughput } of batches) {
    for (const { at, items, batches: count } of throughput.minutes) {
      const sum = sums.get(minuteOf(at)) ?? { items: 0, batches: 0 };
      sums.set(minuteOf(at), { items: sum.items + items, batches: sum.batches + count });
    }
  }
  return Array.from({ length: LENGTH }, (_, index) => {
    const minute = newest - LENGTH + 1 + index;
    return { at: new Date(minute * MINUTE_MS).toISOString(), items: 0, batches: 0, ...sums.get(minute) };
  });
}

const minuteOf = (iso: string): number => Math.floor(Date.parse(iso) / MINUTE_MS);
