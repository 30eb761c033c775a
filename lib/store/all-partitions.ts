import { TICK_PARTITIONS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import { BATCH, partsOf } from './index-partitions.ts';
import { batchesKey, duePartitions } from './keys.ts';
import type { IndexPartition } from './ports.ts';
import type { Table } from './table-port.ts';

/** The partitions of all batches, for whoever reads the indexes: a writer goes by `IndexPartitions`. */
export class AllPartitions {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** How many partitions a batch has just now, for a reader who wants all of them; 1 for a batch that is not known. */
  async now(batch: string): Promise<number> {
    return partsOf(await this.#read(), batch) ?? 1;
  }

  /** All partitions of the due index. */
  async all(): Promise<IndexPartition[]> {
    return partitionsIn(await this.#read());
  }

  /** Gives a batch more partitions, unless somebody has since `seen`. */
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
