import pLimit from 'p-limit';
import { hashKey, packHashes, unpackHashes } from '../key-hash.ts';
import { RECORD_LIFE_MS } from '../topology.ts';
import { fromBody, toBody } from './body.ts';
import type { PlainRecord } from './expressions.ts';
import { dedupKey, jobKey, slotKey } from './keys.ts';
import type { KeptSlot, WindowStore } from './ports.ts';
import type { Chunk, KeyHolder, KeyScope, SlotRecord, Tombstone } from './records.ts';
import type { Table } from './table-port.ts';

const PARALLEL_UPDATES = 16;

/** Windows in a table: every record is put once and never changed, but for a dedup marker taken over. */
export class Windows implements WindowStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'> {
    const { applied, record } = await this.#table.putNew({
      ...slotKey(job, chunk.slot),
      kind: chunk.kind,
      slot: chunk.slot,
      slots: chunk.slots,
      ...(chunk.holes.length > 0 && { holes: chunk.holes }),
      ...(chunk.keys && { keys: packHashes(chunk.keys) }),
      ...(chunk.traces && { traces: chunk.traces }),
      ...(await toBody(chunk.items)),
      ...this.#expiry(),
    });
    // slots are handed out once, so a chunk at its own key is itself: sent twice, its first answer lost
    return applied || record?.['kind'] === 'chunk' ? 'landed' : 'fenced';
  }

  async putTombstone(job: string, tombstone: Tombstone): Promise<SlotRecord> {
    const { applied, record } = await this.#table.putNew({
      ...slotKey(job, tombstone.slot),
      ...tombstone,
      ...this.#expiry(),
    });
    return applied || record === undefined ? tombstone : toSlotRecord(record);
  }

  async readSlots(job: string, from: number, to: number): Promise<SlotRecord[]> {
    const { pk, sk } = slotKey(job, from);
    const records = await this.#table.range(pk, sk, slotKey(job, to).sk);
    return Promise.all(records.map(toSlotRecord));
  }

  async readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>> {
    const records = await this.#table.getAll(slots.map(slot => slotKey(job, slot)));
    const read = await Promise.all(records.map(toSlotRecord));
    return new Map(read.map(record => [record.slot, record]));
  }

  async putKey(scope: KeyScope, key: string, holder: KeyHolder): Promise<KeyHolder> {
    const { applied, record } = await this.#table.putNew({
      ...dedupKey(scope, hashKey(key)),
      ...holder,
      ...this.#expiry(),
    });
    return applied || record === undefined ? holder : toKeyHolder(record);
  }

  async readKeys(scope: KeyScope, keys: readonly string[]): Promise<Map<string, KeyHolder>> {
    const byStored = new Map(
      keys.map(key => {
        const { pk, sk } = dedupKey(scope, hashKey(key));
        return [pk + sk, { key, stored: { pk, sk } }];
      }),
    );
    const records = await this.#table.getAll([...byStored.values()].map(({ stored }) => stored));
    const holders = new Map<string, KeyHolder>();
    for (const record of records) {
      const named = byStored.get(`${record['pk']}${record['sk']}`);
      if (named !== undefined) holders.set(named.key, toKeyHolder(record));
    }
    return holders;
  }

  async takeOverKey(
    scope: KeyScope,
    key: string,
    from: KeyHolder,
    to: KeyHolder,
  ): Promise<KeyHolder | undefined> {
    const past = from.epoch === to.epoch ? from.past : { ...from.past, [from.epoch]: from.window };
    const { record } = await this.#table.update(dedupKey(scope, hashKey(key)), {
      update:
        'SET #job = :job, #epoch = :epoch, #window = :window, #chunk = :chunk, #slot = :slot, #expires = :expires' +
        (to.until === undefined ? '' : ', #until = :until') +
        (past === undefined ? '' : ', #past = :past'),
      condition: '#job = :fromJob AND #chunk = :fromChunk',
      values: { ...to, ...this.#expiry(), past, fromJob: from.job, fromChunk: from.chunk },
    });
    return record && toKeyHolder(record);
  }

  async keepSlots(job: string, from: number, to: number, past: number, until: number): Promise<KeptSlot[]> {
    const { pk, sk } = slotKey(job, from);
    const records = await this.#table.range(pk, sk, slotKey(job, to).sk);
    const limit = pLimit(PARALLEL_UPDATES);
    return Promise.all(
      records.map(async record => {
        const { slot, slots, expires, keys } = record;
        const isProlonged = Number(expires) * 1_000 <= past;
        if (isProlonged) await limit(() => this.#prolong(pk, String(record['sk']), toSeconds(until)));
        return {
          slot: Number(slot),
          slots: Number(slots),
          expires: isProlonged ? until : Number(expires) * 1_000,
          isProlonged,
          hashes: keys instanceof Uint8Array ? unpackHashes(keys) : [],
        };
      }),
    );
  }

  async prolongKeys(scope: KeyScope, hashes: readonly string[], job: string, until: number): Promise<void> {
    const limit = pLimit(PARALLEL_UPDATES);
    await Promise.all(
      hashes.map(hash =>
        limit(() =>
          this.#table.update(dedupKey(scope, hash), {
            update: 'SET #expires = :expires',
            condition: '#job = :job AND #expires < :expires',
            values: { job, expires: toSeconds(until) },
          }),
        ),
      ),
    );
  }

  async prolong(job: string, until = this.#now() + RECORD_LIFE_MS): Promise<void> {
    const expires = toSeconds(until);
    const records = await this.#table.partition(jobKey(job).pk, ['sk', 'expires']);
    const limit = pLimit(PARALLEL_UPDATES);
    await Promise.all(
      records
        // the job's own record has a life of its own
        .filter(record => record['sk'] !== jobKey(job).sk && Number(record['expires']) < expires)
        .map(({ sk }) => limit(() => this.#prolong(jobKey(job).pk, String(sk), expires))),
    );
  }

  async #prolong(pk: string, sk: string, expires: number): Promise<void> {
    await this.#table.update(
      { pk, sk },
      { update: 'SET #expires = :expires', condition: 'attribute_exists(#pk)', values: { expires } },
    );
  }

  async erase(job: string): Promise<void> {
    const records = await this.#table.partition(jobKey(job).pk, ['sk', 'kind']);
    const limit = pLimit(PARALLEL_UPDATES);
    await Promise.all(
      records
        .filter(({ kind }) => kind === 'chunk')
        .map(({ sk }) =>
          limit(() =>
            this.#table.update(
              { pk: jobKey(job).pk, sk: String(sk) },
              {
                update: 'SET #text = :nothing REMOVE #packed, #keys',
                condition: 'attribute_exists(#pk)',
                values: { nothing: '[]' },
              },
            ),
          ),
        ),
    );
  }

  #expiry(): { expires: number } {
    return { expires: toSeconds(this.#now() + RECORD_LIFE_MS) };
  }
}

/** A TTL attribute is in whole seconds: rounded up, so that nothing expires too early. */
const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);

const toKeyHolder = (record: PlainRecord): KeyHolder => ({
  job: String(record['job']),
  epoch: String(record['epoch']),
  window: Number(record['window']),
  chunk: Number(record['chunk']),
  slot: Number(record['slot']),
  until: record['until'] === undefined ? undefined : Number(record['until']),
  ...(record['past'] !== undefined && { past: record['past'] as Readonly<Record<string, number>> }),
});

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
