import { TABLE_KEYS, TICK_PARTITIONS } from '../topology.ts';
import { AllPartitions } from './all-partitions.ts';
import type { BufferKey } from './buffer-key.ts';
import { NOT_DRAINING } from './change-control.ts';
import type { DueEntry } from './due-entry.ts';
import type { PlainRecord } from './expressions.ts';
import { listPartitions, parseDueKey } from './index-keys.ts';
import { controlKey, duePartitions, headKey, jobKey, type RecordKey, removedKey } from './keys.ts';
import type { DueIndex, IndexPartition } from './ports.ts';
import type { Table } from './table-port.ts';

/** Marks the attributes of removed batches in their record. */
const REMOVED = 'batch:';

/** The due index, read in its order. It may lag a moment, so that each entry's record has to be read too. */
export class DueEntries implements DueIndex {
  readonly #table: Table;
  readonly #partitions: AllPartitions;

  constructor(table: Table) {
    this.#table = table;
    this.#partitions = new AllPartitions(table);
  }

  async start(
    limit: number,
  ): Promise<{ entries: DueEntry[]; isAll: boolean; sizes: ReadonlyMap<number, number> }> {
    const { entries, isAll } = await this.#table.indexStart(TABLE_KEYS.dueIndex.name, limit);
    const sizes = new Map<number, number>();
    for (const record of entries) {
      const tick = Number(record['tick']);
      sizes.set(tick, (sizes.get(tick) ?? 0) + 1);
    }
    return { entries: entries.flatMap(toEntry), isAll, sizes };
  }

  partitions(): Promise<IndexPartition[]> {
    return this.#partitions.all();
  }

  async spreadOut(batch: string, seen: number, parts: number): Promise<void> {
    await this.#partitions.raise(batch, seen, parts);
  }

  async due(tick: number, until: number, limit: number, after?: DueEntry): Promise<DueEntry[]> {
    const records = await this.#table.indexPage(
      TABLE_KEYS.dueIndex.name,
      '#tick = :tick AND #dueAt <= :until',
      { tick, until },
      limit,
      'ascending',
      after && { ...keyOf(after), tick, dueAt: after.dueAt },
    );
    return records.flatMap(toEntry);
  }

  async beyond(tick: number, at: number, limit: number): Promise<DueEntry[]> {
    const records = await this.#table.indexPage(
      TABLE_KEYS.dueIndex.name,
      '#tick = :tick AND #dueAt > :at',
      { tick, at },
      limit,
    );
    return records.flatMap(toEntry);
  }

  async firstInLine(batch: string, limit: number): Promise<BufferKey[]> {
    // All of the first may be in one partition.
    const pages = await Promise.all(
      listPartitions('line', batch).map(list =>
        this.#table.indexPage(TABLE_KEYS.jobIndex.name, '#list = :list', { list }, limit),
      ),
    );
    return pages
      .flat()
      .sort((a, b) => (String(a['listAt']) < String(b['listAt']) ? -1 : 1))
      .slice(0, limit)
      .flatMap(toBuffer);
  }

  async endLook(batch: string, since: number): Promise<void> {
    await this.#table.update(controlKey(batch), {
      update: 'REMOVE #dueAt',
      condition: `#since = :since AND (${NOT_DRAINING})`,
      values: { since, draining: 'draining' },
    });
  }

  async removedBatches(): Promise<string[]> {
    const names = Object.keys((await this.#table.get(removedKey)) ?? {});
    return names.flatMap(name => (name.startsWith(REMOVED) ? [name.slice(REMOVED.length)] : []));
  }

  async noteRemoved(batch: string, at: number): Promise<void> {
    await this.#table.update(removedKey, {
      update: 'SET #batch = if_not_exists(#batch, :at)',
      creates: true,
      values: { at },
      aliases: { batch: REMOVED + batch },
    });
  }

  async forgetRemoved(batch: string): Promise<void> {
    await this.#table.update(removedKey, {
      update: 'REMOVE #batch',
      condition: 'attribute_exists(#batch)',
      aliases: { batch: REMOVED + batch },
    });
  }

  async buffersOf(batch: string): Promise<BufferKey[]> {
    const records = await Promise.all(
      (await this.#partitionsOf(batch)).map(tick =>
        this.#table.indexAll(TABLE_KEYS.dueIndex.name, '#tick = :tick', { tick }),
      ),
    );
    return buffersIn(records.flat(), batch);
  }

  async someBuffersOf(batch: string, most: number): Promise<{ buffers: BufferKey[]; isAll: boolean }> {
    const records: PlainRecord[] = [];
    let left: { readonly tick: number; readonly after?: PlainRecord | undefined }[] = (
      await this.#partitionsOf(batch)
    ).map(tick => ({ tick }));
    while (left.length > 0 && records.length < most) {
      // Each partition gets the same share of what may still be read. Those with less leave theirs to the others.
      const share = Math.ceil((most - records.length) / left.length);
      const pages = await Promise.all(
        left.map(async ({ tick, after }) => ({
          tick,
          page: await this.#table.indexPage(
            TABLE_KEYS.dueIndex.name,
            '#tick = :tick',
            { tick },
            share,
            'ascending',
            after,
          ),
        })),
      );
      records.push(...pages.flatMap(({ page }) => page));
      left = pages.flatMap(({ tick, page }) => (page.length < share ? [] : [{ tick, after: page.at(-1) }]));
    }
    return { buffers: buffersIn(records, batch), isAll: left.length === 0 };
  }

  /** The index partitions that a batch's buffers are in. */
  async #partitionsOf(batch: string): Promise<number[]> {
    const own = duePartitions(batch, 'rest', await this.#partitions.now(batch));
    // heads of an earlier version stay where it has put them, until they expire
    const shared = Array.from({ length: TICK_PARTITIONS }, (_, tick) => tick);
    return [...shared, ...own];
  }
}

const buffersIn = (records: readonly PlainRecord[], batch: string): BufferKey[] =>
  records.flatMap(toBuffer).filter(buffer => buffer.batch === batch);

function toEntry(record: PlainRecord): DueEntry[] {
  const named = parseDueKey({ pk: String(record['pk']), sk: String(record['sk']) });
  const dueAt = Number(record['dueAt']);
  if (named === undefined) return [];
  if ('job' in named) return [{ kind: 'job', id: named.job, dueAt }];
  if ('control' in named) return [{ kind: 'control', batch: named.control, dueAt }];
  return [{ kind: 'head', ...named, dueAt }];
}

function keyOf(entry: DueEntry): RecordKey {
  if (entry.kind === 'job') return jobKey(entry.id);
  return entry.kind === 'head' ? headKey(entry.buffer) : controlKey(entry.batch);
}

function toBuffer(record: PlainRecord): BufferKey[] {
  const named = parseDueKey({ pk: String(record['pk']), sk: String(record['sk']) });
  return named && 'buffer' in named ? [named.buffer] : [];
}
