import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import type { Table, Update, WriteResult } from '#lib/store/table-port';
import { TABLE_KEYS } from '#lib/topology';
import { MemoryTable } from '../../local/table/memory-table.ts';
import { sizeOfMap } from '../../local/table/values.ts';
import type { Limits } from './limits.ts';

const INDEXES = [TABLE_KEYS.dueIndex, TABLE_KEYS.jobIndex] as const;
const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;
/** About what an entry of an index has: keys alone. */
const ENTRY_BYTES = 150;

/** Units that were used. */
export interface Units {
  writes: number;
  /** Of the writes, those of the indexes. */
  indexWrites: number;
  reads: number;
}

/**
 * The table with DynamoDB's limits: each partition key's, each index partition key's, and the table's and the indexes'
 * quotas. A write that one of them turns down is not applied. Whatever is applied is counted in DynamoDB's units.
 * Adaptive capacity is left out, and so are bursts of more than a second.
 */
export class MeteredTable implements Table {
  readonly units: Units = { writes: 0, indexWrites: 0, reads: 0 };
  readonly #limits: Limits;
  readonly #table: MemoryTable;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#table = new MemoryTable({ onWrite: (before, after) => this.#write(before, after) });
  }

  async get(key: RecordKey, consistency?: 'eventual'): Promise<PlainRecord | undefined> {
    this.#admitRead(key.pk);
    const record = await this.#table.get(key);
    this.#read(key.pk, [record ?? {}], consistency === undefined ? 1 : 0.5);
    return record;
  }

  async getAll(keys: readonly RecordKey[]): Promise<PlainRecord[]> {
    this.#admitRead(keys[0]?.pk ?? '');
    const records = await this.#table.getAll(keys);
    for (const record of records) this.#read(String(record['pk']), [record]);
    return records;
  }

  async putNew(record: RecordKey & PlainRecord): Promise<WriteResult> {
    this.#admitWrite(record.pk);
    return this.#refused(record.pk, await this.#table.putNew(record));
  }

  async update(key: RecordKey, update: Update): Promise<WriteResult> {
    this.#admitWrite(key.pk);
    return this.#refused(key.pk, await this.#table.update(key, update));
  }

  async range(pk: string, from: string, to: string): Promise<PlainRecord[]> {
    this.#admitRead(pk);
    const records = await this.#table.range(pk, from, to);
    this.#read(pk, records);
    return records;
  }

  async rangePage(pk: string, from: string, to: string, limit: number) {
    this.#admitRead(pk);
    const page = await this.#table.rangePage(pk, from, to, limit);
    this.#read(pk, page.records);
    return page;
  }

  async partition(pk: string, attributes: readonly string[]): Promise<PlainRecord[]> {
    this.#admitRead(pk);
    const records = await this.#table.partition(pk, attributes);
    this.#read(pk, records);
    return records;
  }

  async indexPage(...given: Parameters<Table['indexPage']>): Promise<PlainRecord[]> {
    return this.#readEntries(await this.#table.indexPage(...given));
  }

  async indexStart(name: string, limit: number): Promise<{ entries: PlainRecord[]; isAll: boolean }> {
    const start = await this.#table.indexStart(name, limit);
    this.#readEntries(start.entries);
    return start;
  }

  async indexAll(...given: Parameters<Table['indexAll']>): Promise<PlainRecord[]> {
    return this.#readEntries(await this.#table.indexAll(...given));
  }

  async indexCount(...given: Parameters<Table['indexCount']>): Promise<number> {
    return this.#table.indexCount(...given);
  }

  #admitWrite(pk: string): void {
    this.#limits.admit([this.#key('writes', pk), this.#limits.table('writes', 'the table')]);
  }

  #admitRead(pk: string): void {
    this.#limits.admit([this.#key('reads', pk), this.#limits.table('reads', 'the table')]);
  }

  /** Counts a write that is about to be applied, unless the partition of an index turns it down. */
  #write(before: PlainRecord | undefined, after: PlainRecord): void {
    const changes = INDEXES.flatMap(index => changesOf(index, before, after));
    this.#limits.admit(
      changes.flatMap(({ index, key }) => [
        this.#limits.key('writes', `a key of the index ${index}`, key),
        this.#limits.table('writes', `the index ${index}`),
      ]),
    );
    for (const { index, key } of changes) {
      this.#limits.key('writes', `a key of the index ${index}`, key).bucket.take(1);
      this.#limits.table('writes', `the index ${index}`).bucket.take(1);
    }
    this.units.indexWrites += changes.length;
    this.units.writes += changes.length;
    this.#take(String(after['pk']), Math.max(unitsOf(before), unitsOf(after)));
  }

  /** A write whose condition was not met costs what a write of the record that is there does. */
  #refused(pk: string, result: WriteResult): WriteResult {
    if (!result.applied) this.#take(pk, unitsOf(result.record));
    return result;
  }

  #take(pk: string, units: number): void {
    this.units.writes += units;
    this.#key('writes', pk).bucket.take(units);
    this.#limits.table('writes', 'the table').bucket.take(units);
  }

  #read(pk: string, records: readonly PlainRecord[], price = 1): void {
    const bytes = records.reduce((sum, record) => sum + sizeOfMap(record), 0);
    const units = price * Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
    this.units.reads += units;
    this.#key('reads', pk).bucket.take(units);
    this.#limits.table('reads', 'the table').bucket.take(units);
  }

  /** An index is read eventually consistent, for half the price. */
  #readEntries(entries: PlainRecord[]): PlainRecord[] {
    this.units.reads += Math.max(1, Math.ceil((entries.length * ENTRY_BYTES) / READ_UNIT_BYTES)) / 2;
    return entries;
  }

  #key(kind: 'writes' | 'reads', pk: string) {
    return this.#limits.key(kind, NAMES[pk.split('|')[0] ?? ''] ?? 'a key of the table', pk);
  }
}

/** How partition keys are told of, by the kind of record. */
const NAMES: Readonly<Record<string, string>> = {
  buffer: 'a head',
  job: 'a window',
  control: 'a control record',
  ticker: 'the record of all batches',
  lease: 'a lease',
};

const unitsOf = (record: PlainRecord | undefined): number =>
  record === undefined ? 1 : Math.max(1, Math.ceil(sizeOfMap(record) / WRITE_UNIT_BYTES));

/** The write units of an index that a write costs, each with the partition key that it goes to. */
function changesOf(
  { name, partitionKey, sortKey }: (typeof INDEXES)[number],
  before: PlainRecord | undefined,
  after: PlainRecord,
): { index: string; key: string }[] {
  const [old, now] = [entryOf(before), entryOf(after)];
  if (old !== undefined && now !== undefined && old.key === now.key && old.sort === now.sort) return [];
  return [old, now].flatMap(entry => (entry ? [{ index: name, key: entry.key }] : []));

  function entryOf(record: PlainRecord | undefined): { key: string; sort: unknown } | undefined {
    const [key, sort] = [record?.[partitionKey], record?.[sortKey]];
    return key === undefined || sort === undefined ? undefined : { key: String(key), sort };
  }
}
