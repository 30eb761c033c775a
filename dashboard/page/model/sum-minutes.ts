import type { Minute } from '../api/contract.ts';

/** The minutes of several batches taken together, by their time: one may have begun a new minute that others have not. */
export function sumMinutes(series: readonly (readonly Minute[])[]): Minute[] {
  const sums = new Map<string, Minute>();
  for (const { at, items, batches } of series.flat()) {
    const sum = sums.get(at) ?? { at, items: 0, batches: 0 };
    sums.set(at, { at, items: sum.items + items, batches: sum.batches + batches });
  }
  return [...sums.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-LENGTH);
}

const LENGTH = 60;
