import { packHashes } from '../hashing/key-hash.ts';
import { lateImport } from '../late-import.ts';
import { toBody } from './body.ts';
import { slotKey } from './keys.ts';
import { expiry } from './record-life.ts';
import { DECIDED_AT_FLUSH_VERSION } from './schema.ts';
import type { Chunk, SlotRecord, Tombstone } from './slot-record.ts';
import type { Table } from './table-port.ts';
import type { WindowStore } from './window-ports.ts';

/** The reads of windows. A process that only adds does not load them. */
const lateReads = lateImport(() => import('./slot-reads.ts'));

/** Chunks and tombstones in a table: every record is put once. */
export class Windows implements WindowStore {
  readonly #table: Table;
  readonly #now: () => number;

  readonly readSlots: WindowStore['readSlots'] = async (...given) =>
    (await lateReads()).readSlots(this.#table, ...given);
  readonly readPage: WindowStore['readPage'] = async (...given) =>
    (await lateReads()).readPage(this.#table, ...given);
  readonly readRecords: WindowStore['readRecords'] = async (...given) =>
    (await lateReads()).readRecords(this.#table, ...given);

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'> {
    const now = this.#now();
    const { items, keys, keep } = chunk;
    const { applied, record } = await this.#table.putNew({
      ...slotKey(job, chunk.slot),
      kind: chunk.kind,
      slot: chunk.slot,
      slots: chunk.slots,
      ...(chunk.holes.length > 0 && { holes: chunk.holes }),
      ...(keep ? { keep, v: DECIDED_AT_FLUSH_VERSION } : keys && { keys: packHashes(keys) }),
      ...(chunk.traces && { traces: chunk.traces }),
      // no JSON has a line break outside of its texts' escapes
      ...(await toBody(keep ? `${items}\n${JSON.stringify(keys)}` : items)),
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
    return applied || record === undefined ? tombstone : (await lateReads()).toSlotRecord(record);
  }
}
