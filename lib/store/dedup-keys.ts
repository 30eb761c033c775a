import { hashKey } from '../hashing/key-hash.ts';
import { dedupKey } from './dedup-key.ts';
import type { PlainRecord } from './expressions.ts';
import type { KeyHolder, KeyScope } from './key-holder.ts';
import { expiry } from './record-life.ts';
import type { Table } from './table-port.ts';
import type { DedupKeyStore } from './window-ports.ts';

/** Dedup markers in a table: each is put once, and changed only where another writer takes it over. */
export class DedupKeys implements DedupKeyStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async putKey(scope: KeyScope, key: string, holder: KeyHolder): Promise<KeyHolder> {
    const { applied, record } = await this.#table.putNew({
      ...dedupKey(scope, hashKey(key)),
      ...holder,
      ...expiry(this.#now()),
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
      values: { ...to, ...expiry(this.#now()), past, fromJob: from.job, fromChunk: from.chunk },
    });
    return record && toKeyHolder(record);
  }
}

const toKeyHolder = (record: PlainRecord): KeyHolder => ({
  job: String(record['job']),
  epoch: String(record['epoch']),
  window: Number(record['window']),
  chunk: Number(record['chunk']),
  slot: Number(record['slot']),
  until: record['until'] === undefined ? undefined : Number(record['until']),
  ...(record['past'] !== undefined && { past: record['past'] as Readonly<Record<string, number>> }),
});
