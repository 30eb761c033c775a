import { readFlights } from '../../local/demo/flights.ts';
import type { Item } from './item.ts';

/** The sample's flights, each given out once. */
export class Flights {
  readonly #left: Item[];

  constructor(items: readonly Item[]) {
    this.#left = [...items];
  }

  static async read(): Promise<Flights> {
    return new Flights((await readFlights()).map((flight, row) => ({ ...flight, id: String(row) })));
  }

  get left(): number {
    return this.#left.length;
  }

  take(count: number): Item[] {
    if (count > this.#left.length) throw new Error(`There are only ${this.#left.length} flights left.`);
    return this.#left.splice(0, count);
  }

  /** All that are left, in two: those from the busiest airports, and the others. */
  rest(airports: number): { readonly busiest: Item[]; readonly others: Item[] } {
    const left = this.#left.splice(0);
    const counts = new Map<string, number>();
    for (const { origin } of left) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    const busiest = new Set(
      [...counts]
        .sort(([, a], [, b]) => b - a)
        .slice(0, airports)
        .map(([origin]) => origin),
    );
    return {
      busiest: left.filter(({ origin }) => busiest.has(origin)),
      others: left.filter(({ origin }) => !busiest.has(origin)),
    };
  }
}
