import type { DedupKeep } from '../definition/options.ts';
import { unpackHashes } from '../hashing/stored-hashes.ts';
import { decompress } from '../text/unpacking.ts';
import type { PlainRecord } from './expressions.ts';
import { slotKey } from './keys.ts';
import type { Chunk, SlotRecord } from './slot-record.ts';
import type { Table } from './table-port.ts';
import type { SlotPage } from './window-ports.ts';

/** As of WindowStore. */
export async function readSlots(table: Table, job: string, from: number, to: number): Promise<SlotRecord[]> {
  const { pk, sk } = slotKey(job, from);
  const records = await table.range(pk, sk, slotKey(job, to).sk);
  return Promise.all(records.map(toSlotRecord));
}

/** As of WindowStore. */
export async function readPage(
  table: Table,
  job: string,
  from: number,
  to: number,
  limit: number,
): Promise<SlotPage> {
  const { pk, sk } = slotKey(job, from);
  const { records, isLast } = await table.rangePage(pk, sk, slotKey(job, to).sk, limit);
  const slots = records.map(async record => ({
    record: await toSlotRecord(record),
    putAt: record['at'] === undefined ? undefined : Number(record['at']),
  }));
  return { slots: await Promise.all(slots), isLast };
}

/** As of WindowStore. */
export async function readRecords(
  table: Table,
  job: string,
  slots: readonly number[],
): Promise<Map<number, SlotRecord>> {
  const records = await table.getAll(slots.map(slot => slotKey(job, slot)));
  const read = await Promise.all(records.map(toSlotRecord));
  return new Map(read.map(record => [record.slot, record]));
}

/** Reads a stored chunk or tombstone. */
export async function toSlotRecord(record: PlainRecord): Promise<SlotRecord> {
  const place = { slot: Number(record['slot']), slots: Number(record['slots']) };
  if (record['kind'] === 'tombstone') return { kind: 'tombstone', ...place };
  return {
    kind: 'chunk',
    ...place,
    holes: (record['holes'] ?? []) as readonly number[],
    ...toItems(await fromBody(record), record),
    ...(record['traces'] !== undefined && { traces: record['traces'] as readonly string[] }),
  };
}

/** Reads a chunk's body, as `toBody` has written it. */
async function fromBody({ text, packed }: PlainRecord): Promise<string> {
  return packed instanceof Uint8Array ? decompress(packed) : String(text);
}

function toItems(body: string, { keep, keys }: PlainRecord): Pick<Chunk, 'items' | 'keys' | 'keep'> {
  if (keep === undefined) {
    return { items: body, ...(keys instanceof Uint8Array && { keys: unpackHashes(keys) }) };
  }
  const [items = '', tokens = '[]'] = body.split('\n');
  return { items, keys: JSON.parse(tokens) as string[], keep: keep as DedupKeep };
}
