import type { BatchStatus, Minute } from '../api/contract.ts';

const MINUTE_MS = 60_000;
const LENGTH = 60;
const NONE = { items: 0, batches: 0, flushed: 0, failed: 0, failedAttempts: 0 };

/**
 * The last sixty minutes of all these batches taken together, oldest first, the last one not over yet. The API
 * leaves minutes without anything out.
 */
export function lastHour(batches: readonly BatchStatus[]): Minute[] {
  const newest = Math.max(0, ...batches.map(({ buffers }) => minuteOf(buffers.asOf)));
  const sums = new Map<number, typeof NONE>();
  for (const { throughput } of batches) {
    for (const minute of throughput.minutes) {
      const sum = sums.get(minuteOf(minute.at)) ?? NONE;
      sums.set(minuteOf(minute.at), {
        items: sum.items + minute.items,
        batches: sum.batches + minute.batches,
        flushed: sum.flushed + minute.flushed,
        failed: sum.failed + minute.failed,
        failedAttempts: sum.failedAttempts + minute.failedAttempts,
      });
    }
  }
  return Array.from({ length: LENGTH }, (_, index) => {
    const minute = newest - LENGTH + 1 + index;
    return { at: new Date(minute * MINUTE_MS).toISOString(), ...NONE, ...sums.get(minute) };
  });
}

const minuteOf = (iso: string): number => Math.floor(Date.parse(iso) / MINUTE_MS);
