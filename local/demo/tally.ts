import type { BatchContext, Definition, FlushReason, Receipt } from 'cistern';

interface Delivered {
  readonly items: readonly string[];
  readonly reason: FlushReason;
  runs: number;
}

/** Counts the items that were accepted and those that were handled, and compares both. */
export class Tally {
  readonly #accepted = new Map<string, string[]>();
  readonly #copies = new Map<string, string[]>();
  readonly #delivered = new Map<string, Delivered>();
  readonly #lateness: number[] = [];
  readonly #maxSize: number;
  readonly #maxWaitMs: number;
  accepted = 0;
  duplicates = 0;
  delivered = 0;

  constructor({ maxSize, maxWaitMs }: Pick<Definition, 'maxSize' | 'maxWaitMs'>) {
    this.#maxSize = maxSize;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Wraps a definition's handler, so that the items it gets are counted. */
  watch(definition: Definition): Definition {
    const { handler } = definition;
    return {
      ...definition,
      handler: (context: BatchContext<unknown>) => {
        this.#deliver(context);
        return handler(context);
      },
    };
  }

  /** Records that the API has accepted an item. */
  acknowledge(item: unknown, { job, duplicate }: Receipt): void {
    const map = duplicate ? this.#copies : this.#accepted;
    map.set(job, [...(map.get(job) ?? []), JSON.stringify(item)]);
    if (duplicate) this.duplicates += 1;
    else this.accepted += 1;
  }

  #deliver({ id, batch, createdAt, flushReason }: BatchContext<unknown>): void {
    const known = this.#delivered.get(id);
    if (known) {
      known.runs += 1;
      return;
    }
    this.#delivered.set(id, {
      items: batch.map(item => JSON.stringify(item)),
      reason: flushReason,
      runs: 1,
    });
    this.delivered += batch.length;
    if (flushReason === 'time') this.#lateness.push(Date.now() - createdAt.getTime() - this.#maxWaitMs);
  }

  get batches(): number {
    return this.#delivered.size;
  }

  get batchesByReason(): ReadonlyMap<FlushReason, number> {
    const counts = new Map<FlushReason, number>();
    for (const { reason } of this.#delivered.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return counts;
  }

  /** Batch sizes: smallest, median, largest. */
  get sizes(): readonly [number, number, number] {
    const sizes = [...this.#delivered.values()].map(({ items }) => items.length);
    return [quantile(sizes, 0), quantile(sizes, 0.5), quantile(sizes, 1)];
  }

  /** Returns a percentile of the milliseconds from deadline to handler, over the batches that were flushed by time. */
  lateness(share: number): number {
    return quantile(this.#lateness, share);
  }

  /** Lists all broken promises, in words. The list is empty if each item was handled exactly once. */
  check(): string[] {
    const faults: string[] = [];
    for (const [job, { items, runs }] of this.#delivered) {
      if (runs > 1) faults.push(`job ${job} ran ${runs} times`);
      if (items.length > this.#maxSize) faults.push(`job ${job} has ${items.length} items`);
      const expected = [...(this.#accepted.get(job) ?? [])].sort().join('\n');
      if ([...items].sort().join('\n') !== expected) {
        faults.push(`job ${job} has not exactly the items that its receipts name`);
      }
    }
    for (const job of this.#accepted.keys()) {
      if (!this.#delivered.has(job)) faults.push(`job ${job} never came`);
    }
    for (const [job, items] of this.#copies) {
      const originals = this.#delivered.get(job)?.items ?? [];
      const orphans = items.filter(item => !originals.includes(item));
      if (orphans.length > 0) faults.push(`${orphans.length} duplicates in ${job} have no original there`);
    }
    return faults;
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
