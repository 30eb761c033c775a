import { packHashes, unpackHashes } from '../hashing/key-hash.ts';
import { fromBody, toBody } from './body.ts';
import type { PlainRecord } from './expressions.ts';
import { slotKey } from './keys.ts';
import { expiry } from './record-life.ts';
import type { Chunk, SlotRecord, Tombstone } from './records.ts';
import type { Table } from './table-port.ts';
import type { SlotPage, WindowStore } from './window-ports.ts';

/** Chunks and tombstones in a table: every record is put once. */
export class Windows implements WindowStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'> {
    const now = this.#now();
    const { applied, record } = await this.#table.putNew({
      ...slotKey(job, chunk.slot),
      kind: chunk.kind,
      slot: chunk.slot,
      slots: chunk.slots,
      ...(chunk.holes.length > 0 && { holes: chunk.holes }),
      ...(chunk.keys && { keys: packHashes(chunk.keys) }),
      ...(chunk.traces && { traces: chunk.traces }),
      ...(await toBody(chunk.items)),
      at: now,
      ...expiry(now),
    });
    // Slots are handed out once. A chunk at this key is this one, put by an earlier try whose answer was lost.
    return applied || record?.['kind'] === 'chunk' ? 'landed' : 'fenced';
  }

  async putTombstone(job: string, tombstone: Tombstone): Promise<SlotRecord> {
    const { applied, record } = await this.#table.putNew({
      ...slotKey(job, tombstone.slot),
      ...tombstone,
      ...expiry(this.#now()),
    });
    return applied || record === undefined ? tombstone : toSlotRecord(record);
  }

  async readSlots(job: string, from: number, to: number): Promise<SlotRecord[]> {
    const { pk, sk } = slotKey(job, from);
    const records = await this.#table.range(pk, sk, slotKey(job, to).sk);
    return Promise.all(records.map(toSlotRecord));
  }

  async readPage(job: string, from: number, to: number, limit: number): Promise<SlotPage> {
    const { pk, sk } = slotKey(job, from);
    const { records, isLast } = await this.#table.rangePage(pk, sk, slotKey(job, to).sk, limit);
    const slots = records.map(async record => ({
      record: await toSlotRecord(record),
      putAt: record['at'] === undefined ? undefined : Number(record['at']),
    }));
    return { slots: await Promise.all(slots), isLast };
  }

  async readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>> {
    const records = await this.#table.getAll(slots.map(slot => slotKey(job, slot)));
    const read = await Promise.all(records.map(toSlotRecord));
    return new Map(read.map(record => [record.slot, record]));
  }
}

async function toSlotRecord(record: PlainRecord): Promise<SlotRecord> {
  const place = { slot: Number(record['slot']), slots: Number(record['slots']) };
  if (record['kind'] === 'tombstone') return { kind: 'tombstone', ...place };
  return {
    kind: 'chunk',
    ...place,
    holes: (record['holes'] ?? []) as readonly number[],
    items: await fromBody(record),
    ...(record['keys'] instanceof Uint8Array && { keys: unpackHashes(record['keys']) }),
    ...(record['traces'] !== undefined && { traces: record['traces'] as readonly string[] }),
  };
}
