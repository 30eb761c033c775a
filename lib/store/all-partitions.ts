import { TICK_PARTITIONS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import { BATCH, partsOf } from './index-partitions.ts';
import { batchesKey, duePartitions } from './keys.ts';
import type { IndexPartition } from './ports.ts';
import type { Table } from './table-port.ts';

/** The index partitions of all batches, for readers. Writers use `IndexPartitions`. */
export class AllPartitions {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Reads how many partitions a batch has now; 1 for an unknown batch. */
  async now(batch: string): Promise<number> {
    return partsOf(await this.#read(), batch) ?? 1;
  }

  /** All partitions of the due index. */
  async all(): Promise<IndexPartition[]> {
    return partitionsIn(await this.#read());
  }

  /** Gives a batch more partitions, unless their number has changed since `seen` was read. */
  async raise(batch: string, seen: number, parts: number): Promise<void> {
    await this.#table.update(batchesKey, {
      update: 'SET #batch = :parts',
      condition: '#batch = :seen',
      values: { seen, parts },
      aliases: { batch: BATCH + batch },
    });
  }

  async #read(): Promise<PlainRecord> {
    return (await this.#table.get(batchesKey)) ?? {};
  }
}

/** All partitions of the due index, by the record that names the batches. */
export function partitionsIn(record: PlainRecord): IndexPartition[] {
  const shared = Array.from({ length: TICK_PARTITIONS }, (_, tick) => ({ tick }));
  const own = Object.keys(record).flatMap(name => {
    if (!name.startsWith(BATCH)) return [];
    const batch = name.slice(BATCH.length);
    const parts = partsOf(record, batch) ?? 1;
    return (['jobs', 'rest'] as const).flatMap(kind =>
      duePartitions(batch, kind, parts).map(tick => ({ tick, batch, parts })),
    );
  });
  return [...shared, ...own];
}
