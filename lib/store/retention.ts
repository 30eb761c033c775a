import pLimit from 'p-limit';
import { unpackHashes } from '../hashing/stored-hashes.ts';
import type { BufferKey } from './buffer-key.ts';
import { dedupKey } from './dedup-key.ts';
import type { Head, TtlExtension } from './head.ts';
import type { KeyScope } from './key-holder.ts';
import { headKey, jobKey, slotKey } from './keys.ts';
import { RECORD_LIFE_MS, toSeconds } from './record-life.ts';
import type { Table } from './table-port.ts';
import type { KeptSlot, RetentionStore } from './window-ports.ts';

const PARALLEL_UPDATES = 16;

/** How long the records of windows in a table live. */
export class Retention implements RetentionStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
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

  async setTtl(buffer: BufferKey, { epoch, window }: Head, { due, to }: TtlExtension): Promise<void> {
    await this.#table.update(headKey(buffer), {
      update: 'SET #keepAt = :due, #keptTo = :to',
      condition: '#epoch = :epoch AND #window = :window AND attribute_exists(#openedAt)',
      values: { epoch, window, due, to },
    });
  }
}
