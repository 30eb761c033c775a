import { busyTickerMonth, costOf, idleMonth } from './cost/cost.ts';
import { round } from './measure.ts';
import type { Table } from './report.ts';

/** The figures of docs/cost.md, in USD: a million items each way, and a month of nothing. */
export async function costs(): Promise<readonly Table[]> {
  const load = { items: 1e6, keyed: false, way: 'http' } as const;
  const usd = (value: number) => ({ USD: round(value) });
  return [
    {
      title: 'Cost, by the prices of bench/cost/prices.ts',
      rows: {
        'a million items, singly': usd(costOf({ ...load, itemsPerAdd: 1 }).total),
        'a million items, singly, with a dedup key': usd(
          costOf({ ...load, itemsPerAdd: 1, keyed: true }).total,
        ),
        'a million items, in bulks of 100': usd(costOf({ ...load, itemsPerAdd: 100 }).total),
        'an idle month, 1 definition': usd(idleMonth({ definitions: 1 }).total),
        'an idle month, 10 definitions': usd(idleMonth({ definitions: 10 }).total),
        'an idle month, 10 definitions in a pool': usd(idleMonth({ definitions: 10, inPool: true }).total),
        'an idle month, 100 definitions in a pool': usd(idleMonth({ definitions: 100, inPool: true }).total),
        'the ticker, a month with windows always open': usd(busyTickerMonth()),
      },
    },
  ];
}
