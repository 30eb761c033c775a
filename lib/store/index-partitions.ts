import type { PlainRecord } from './expressions.ts';
import { batchesKey, type DueKind, duePartitionOf } from './keys.ts';
import type { Table } from './table-port.ts';

/** How long a process may use a batch's number of partitions before it reads it again. The number only grows. */
const GOOD_FOR_MS = 60_000;
/** Marks the attributes of batches in their record. */
export const BATCH = 'batch:';

/**
 * Knows how many partitions each batch has in each index. No two batches share a partition, so that a busy batch does
 * not throttle the writes of another. A batch is written down here before any of its records is put into an index, so
 * that the ticker finds all of them (invariant 5). Its number of partitions is raised here before a record is put into
 * a new one.
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

  /**
   * The partition of the due index that a record of a batch is put into.
   *
   * @param atFirst how many partitions the batch gets if it is new
   */
  async dueFor(batch: string, kind: DueKind, partitionKey: string, atFirst = 1): Promise<number> {
    return duePartitionOf(batch, kind, partitionKey, await this.of(batch, atFirst));
  }

  /** Returns how many partitions a batch has, as this process knows it. It writes down a new batch. */
  async of(batch: string, atFirst = 1): Promise<number> {
    const known = this.#known.get(batch);
    if (known && Math.abs(this.#now() - known.at) < GOOD_FOR_MS) return known.parts;
    const asked = this.#asked.get(batch) ?? this.#ask(batch, atFirst);
    this.#asked.set(batch, asked);
    try {
      return await asked;
    } catch (error) {
      // A number that is too small does no harm: readers find the records in the first partitions too.
      if (known) return known.parts;
      throw error;
    } finally {
      this.#asked.delete(batch);
    }
  }

  async #ask(batch: string, atFirst: number): Promise<number> {
    const there = partsOf(await this.#read(), batch);
    const parts = there ?? (await this.#writeDown(batch, atFirst));
    this.#known.set(batch, { parts, at: this.#now() });
    return parts;
  }

  async #writeDown(batch: string, atFirst: number): Promise<number> {
    const { record } = await this.#table.update(batchesKey, {
      update: 'SET #batch = if_not_exists(#batch, :atFirst)',
      creates: true,
      values: { atFirst },
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
