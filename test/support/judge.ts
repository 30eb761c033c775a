import type { BatchContext, Receipt } from 'cistern';

/** What a producer was told, and what handlers saw: the evidence. */
export class Judge {
  readonly #acknowledged = new Map<string, Receipt>();
  readonly #runs = new Map<string, string[][]>();

  /** The producer was told that this item is stored. */
  acknowledge(item: string, receipt: Receipt): void {
    this.#acknowledged.set(item, receipt);
  }

  /** A handler that takes down what it sees. */
  readonly handler = ({ id, batch }: BatchContext<{ readonly id: string }>): void => {
    this.see(
      id,
      batch.map(item => item.id),
    );
  };

  /** Somebody has seen these items as that job's batch. */
  see(job: string, items: readonly string[]): void {
    this.#runs.set(job, [...(this.#runs.get(job) ?? []), [...items]]);
  }

  get batches(): readonly (readonly string[])[] {
    return [...this.#runs.values()].map(runs => runs[0] ?? []);
  }

  /** The handler's runs, by job. */
  get runs(): ReadonlyMap<string, readonly (readonly string[])[]> {
    return this.#runs;
  }

  /**
   * The breaches of the invariants, in words; empty when there are none.
   *
   * @param keyOf the dedup key of an item, where the definition has one
   */
  verdict(maxSize: number, keyOf?: (item: string) => string): string[] {
    const breaches: string[] = [];
    const seenIn = new Map<string, string[]>();
    for (const [job, [first = [], ...others]] of this.#runs) {
      for (const other of others) {
        if (JSON.stringify(other) !== JSON.stringify(first)) {
          breaches.push(`job ${job} changed between attempts: ${first} then ${other}`);
        }
      }
      if (first.length > maxSize) breaches.push(`job ${job} has ${first.length} items, over ${maxSize}`);
      for (const item of first) seenIn.set(item, [...(seenIn.get(item) ?? []), job]);
      if (keyOf && new Set(first.map(keyOf)).size < first.length) {
        breaches.push(`job ${job} has two items with one key: ${first}`);
      }
    }
    for (const [item, jobs] of seenIn) {
      if (jobs.length > 1) breaches.push(`item ${item} is in ${jobs.length} batches`);
    }
    for (const [item, { job, duplicate }] of this.#acknowledged) {
      const batch = this.#runs.get(job)?.[0] ?? [];
      if (duplicate && keyOf) {
        const key = keyOf(item);
        if (!batch.some(other => keyOf(other) === key)) {
          breaches.push(`${item} was acknowledged as a duplicate, and its original is not in the batch`);
        }
      } else if (!batch.includes(item)) {
        breaches.push(`acknowledged item ${item} is not in its batch ${job}`);
      }
    }
    return breaches;
  }
}
