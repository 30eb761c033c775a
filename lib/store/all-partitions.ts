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
  const shared: IndexPartition[] = Array.from({ length: TICK_PARTITIONS }, (_, tick) => ({ tick }));
  const batches = Object.keys(record).flatMap(name =>
    name.startsWith(BATCH) ? name.slice(BATCH.length) : [],
  );
  return shared.concat(...batches.map(batch => partitionsOf(batch, partsOf(record, batch) ?? 1)));
}

/** The partitions of batches that were asked for. A deployment has few batches, and a ticker asks several times a second. */
const KNOWN = new Map<string, readonly IndexPartition[]>();

/** Computes the partitions of one batch. Each is a hash, so that they are remembered. */
function partitionsOf(batch: string, parts: number): readonly IndexPartition[] {
  const name = `${parts}|${batch}`;
  const known = KNOWN.get(name);
  if (known) return known;
  const made = (['jobs', 'rest'] as const).flatMap(kind =>
    duePartitions(batch, kind, parts).map(tick => ({ tick, batch, parts })),
  );
  KNOWN.set(name, made);
  return made;
}
