import { busyTickerMonth, costOf, idleMonth } from './cost/cost.ts';
import { round } from './measure.ts';

/** What docs/cost.md says in tables, in USD: a million items each way, and a month of nothing. */
export async function costs(): Promise<Record<string, number | string>> {
  const load = { items: 1e6, keyed: false, way: 'http' } as const;
  return {
    'a million items, singly': round(costOf({ ...load, itemsPerAdd: 1 }).total),
    'a million items, singly, with a dedup key': round(
      costOf({ ...load, itemsPerAdd: 1, keyed: true }).total,
    ),
    'a million items, in bulks of 100': round(costOf({ ...load, itemsPerAdd: 100 }).total),
    'an idle month, 1 definition': round(idleMonth({ definitions: 1 }).total),
    'an idle month, 10 definitions': round(idleMonth({ definitions: 10 }).total),
    'an idle month, 10 definitions in a pool': round(idleMonth({ definitions: 10, inPool: true }).total),
    'an idle month, 100 definitions in a pool': round(idleMonth({ definitions: 100, inPool: true }).total),
    'the ticker, a month with windows always open': round(busyTickerMonth()),
  };
}
