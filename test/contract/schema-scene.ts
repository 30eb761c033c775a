import { hashKey } from '#lib/hashing/key-hash';
import type { BufferKey } from '#lib/store/buffer-key';
import { dedupKey } from '#lib/store/dedup-key';
import type { PlainRecord } from '#lib/store/expressions';
import type { NewJob } from '#lib/store/job';
import type { KeyHolder } from '#lib/store/key-holder';
import { controlKey, headKey, jobKey, leaseKey, type RecordKey, slotKey } from '#lib/store/keys';
import type { SlotScope } from '#lib/store/limit-ports';
import type { Store } from '#lib/store/ports';
import { slotsKey } from '#lib/store/slots-key';
import type { Table } from '#lib/store/table-port';
import { tableStore } from '#lib/store/table-store';
import { NOW, opening } from './store-under-test.ts';

export const UNTIL = NOW + 30_000;

/** One record of each kind, and all that can be done with it. */
export class Scene {
  readonly buffer: BufferKey;
  readonly batch: string;
  readonly job: string;
  readonly holder: KeyHolder;
  readonly #table: Table;

  constructor(table: Table, name: string) {
    this.#table = table;
    this.batch = `schema-${name}`;
    this.job = `job-${name}`;
    this.buffer = { batch: this.batch, group: undefined, shard: 0 };
    this.holder = { job: this.job, epoch: 'e', window: 0, chunk: 0, slot: 0, until: undefined };
  }

  store(version?: number): Store {
    return tableStore(this.#table, () => NOW, { version });
  }

  get permits(): SlotScope {
    return { kind: 'permit', batch: this.batch };
  }

  get newJob(): NewJob {
    const times = { createdAt: NOW, deadline: NOW, sealedAt: NOW };
    return {
      ...{ id: this.job, batch: this.batch, group: undefined, count: 1, reason: 'size', ...times },
      place: { shard: 0, epoch: 'e', window: 0 },
    };
  }

  get keys(): Readonly<Record<string, RecordKey>> {
    return {
      head: headKey(this.buffer),
      job: jobKey(this.job),
      chunk: slotKey(this.job, 0),
      tombstone: slotKey(this.job, 1),
      marker: dedupKey({ job: this.job }, hashKey('k')),
      control: controlKey(this.batch),
      slots: slotsKey(this.permits, 0),
      lease: leaseKey(this.batch),
      inline: jobKey(`${this.job}-inline`),
    };
  }

  /** Makes a record of each kind. */
  async makeAll(version?: number): Promise<void> {
    const { heads, windows, dedupKeys, jobs, controls, leases, slots } = this.store(version);
    await heads.reserve(this.buffer, 1, 1, opening('a'));
    await jobs.putJob(this.newJob, NOW);
    await windows.putChunk(this.job, { kind: 'chunk', slot: 0, slots: 1, holes: [], items: '[1]' });
    await windows.putTombstone(this.job, { kind: 'tombstone', slot: 1, slots: 1 });
    await dedupKeys.putKey({ job: this.job }, 'k', this.holder);
    await controls.changeControl(this.batch, { paused: true, since: NOW });
    await slots.take(this.permits, 0, { by: 'run', now: NOW, until: UNTIL });
    await leases.acquire(this.batch, 'r', NOW, UNTIL);
    await jobs.claim(`${this.job}-inline`, this.claim(3), this.newJob);
  }

  claim(maxAttempts: number) {
    return { by: 'run', batch: this.batch, now: NOW, lockedUntil: UNTIL, maxAttempts, tags: [] };
  }

  raw(key: RecordKey): Promise<PlainRecord | undefined> {
    return this.#table.get(key);
  }

  /** Gives a record another version, or none. */
  async label(key: RecordKey, version: number | undefined): Promise<void> {
    await this.#table.update(
      key,
      version === undefined ? { update: 'REMOVE #v' } : { update: 'SET #v = :v', values: { v: version } },
    );
  }
}
