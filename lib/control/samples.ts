/** How many values are kept for percentiles. */
const MOST = 512;

/** The distribution of values. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Collects the values of a figure. Beyond 512 values it keeps every second one, then every fourth, and so on. */
export class Samples {
  #values: number[] = [];
  #every = 1;
  #seen = 0;
  #most = 0;

  add(value: number): void {
    this.#most = Math.max(this.#most, value);
    this.#seen += 1;
    if (this.#seen % this.#every !== 0) return;
    this.#values.push(value);
    if (this.#values.length <= MOST) return;
    this.#values = this.#values.filter((_, at) => at % 2 === 1);
    this.#every *= 2;
  }

  /** Adds the values of another collection. Its `most` counts even if that value was not kept. */
  join(other: Samples): void {
    for (const value of other.#values) this.add(value);
    this.#most = Math.max(this.#most, other.#most);
  }

  /** Returns the distribution of the values; undefined if there are none. */
  spread(): Spread | undefined {
    const sorted = [...this.#values].sort((a, b) => a - b);
    const [least] = sorted;
    if (least === undefined) return undefined;
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? least;
    return { p50: at(0.5), p99: at(0.99), most: this.#most };
  }
}
