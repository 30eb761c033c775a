import type { BatchStatus, Minute } from '../api/contract.ts';

const MINUTE_MS = 60_000;
const LENGTH = 60;
const NONE = { items: 0, batches: 0, flushed: 0, failed: 0, failedAttempts: 0 };

/**
 * The last sixty minutes of all these batches taken together, oldest first, the last one not over yet. The API
 * leaves minutes without anything out. `added` is there where anybody counts it.
 */
export function lastHour(batches: readonly BatchStatus[]): Minute[] {
  const newest = Math.max(0, ...batches.map(({ buffers }) => minuteOf(buffers.asOf)));
  const counted = batches.some(({ throughput }) => throughput.lastMinute.added !== undefined);
  const none = counted ? { ...NONE, added: 0 } : NONE;
  const sums = new Map<number, typeof none>();
  for (const { at, ...minute } of batches.flatMap(({ throughput }) => throughput.minutes)) {
    const sum = sums.get(minuteOf(at)) ?? none;
    const entries = Object.entries(sum).map(([name, value]) => [name, value + (minute[name as Name] ?? 0)]);
    sums.set(minuteOf(at), Object.fromEntries(entries) as typeof none);
  }
  return Array.from({ length: LENGTH }, (_, index) => {
    const minute = newest - LENGTH + 1 + index;
    return { at: new Date(minute * MINUTE_MS).toISOString(), ...none, ...sums.get(minute) };
  });
}

type Name = Exclude<keyof Minute, 'at'>;

const minuteOf = (iso: string): number => Math.floor(Date.parse(iso) / MINUTE_MS);
