import type { PlainRecord } from './expressions.ts';
import { batchesKey, type DueKind, duePartitionOf } from './keys.ts';
import type { Table } from './table-port.ts';

/** How old the number of a batch's partitions may be that a process writes by. The number only ever grows. */
const GOOD_FOR_MS = 60_000;
/** Tells a batch's attribute from the other ones of the record. */
export const BATCH = 'batch:';

/**
 * How many partitions each batch has in each index. No two batches share one, so that no batch's writes are refused since
 * another's index partition is hot. A batch is written down here before anything of it is put into an index, so that the
 * ticker finds everything (invariant 5). The number of its partitions is raised here before anything is put into the new
 * ones.
 */
export class IndexPartitions {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly parts: number; readonly at: number }>();
  readonly #asked = new Map<string, Promise<number>>();

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** The partition of the due index that a record of a batch is put into. */
  async dueFor(batch: string, kind: DueKind, partitionKey: string): Promise<number> {
    return duePartitionOf(batch, kind, partitionKey, await this.of(batch));
  }

  /** How many partitions a batch has, as this process knows it; writes the batch down where it is new. */
  async of(batch: string): Promise<number> {
    const known = this.#known.get(batch);
    if (known && Math.abs(this.#now() - known.at) < GOOD_FOR_MS) return known.parts;
    const asked = this.#asked.get(batch) ?? this.#ask(batch);
    this.#asked.set(batch, asked);
    try {
      return await asked;
    } catch (error) {
      // records are found by a number that is too small, too
      if (known) return known.parts;
      throw error;
    } finally {
      this.#asked.delete(batch);
    }
  }

  async #ask(batch: string): Promise<number> {
    const there = partsOf(await this.#read(), batch);
    const parts = there ?? (await this.#writeDown(batch));
    this.#known.set(batch, { parts, at: this.#now() });
    return parts;
  }

  async #writeDown(batch: string): Promise<number> {
    const { record } = await this.#table.update(batchesKey, {
      update: 'SET #batch = if_not_exists(#batch, :one)',
      creates: true,
      values: { one: 1 },
      aliases: { batch: BATCH + batch },
    });
    return partsOf(record ?? {}, batch) ?? 1;
  }

  async #read(): Promise<PlainRecord> {
    return (await this.#table.get(batchesKey)) ?? {};
  }
}

/** How many partitions a batch has, by the record that names the batches. */
export function partsOf(record: PlainRecord, batch: string): number | undefined {
  const parts = record[BATCH + batch];
  return parts === undefined ? undefined : Number(parts);
}
