import { costOf, idleMonth } from './cost/cost.ts';
import { round } from './measure.ts';

/** What docs/cost.md says in tables, in USD: a million items each way, and a month of nothing. */
export async function costs(): Promise<Record<string, unknown>> {
  const load = { items: 1e6, keyed: false, way: 'http' } as const;
  return {
    'a million items, singly': round(costOf({ ...load, itemsPerAdd: 1 }).total),
    'a million items, singly, with a dedup key': round(
      costOf({ ...load, itemsPerAdd: 1, keyed: true }).total,
    ),
    'a million items, in bulks of 100': round(costOf({ ...load, itemsPerAdd: 100 }).total),
    'an idle month, 1 definition': round(idleMonth(1).total),
    'an idle month, 47 definitions': round(idleMonth(47).total),
  };
}
