import pLimit from 'p-limit';
import type { BufferKey } from '#lib/store/buffer-key';
import type { PlainRecord } from '#lib/store/expressions';
import type { Head, OpenWindow } from '#lib/store/head';
import type { Opening, Sealing } from '#lib/store/head-ports';
import type { NewJob } from '#lib/store/job';
import type { SlotScope } from '#lib/store/limit-ports';
import type { IndexPartition, Store } from '#lib/store/ports';

export const NOW = 1_800_000_000_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A store, with what its ports do not show and a contract has to see. */
export interface StoreUnderTest {
  readonly store: Store;
  /** What the store takes for the time. */
  readonly clock: { now: number };
  /** When the records of a window expire, in ms since the epoch. */
  windowExpiries(job: string): Promise<readonly number[]>;
  /** A job's record, shown or not. */
  jobRecord(id: string): Promise<PlainRecord>;
  /** When a head expires, in ms since the epoch; undefined while it does not. */
  headExpiry(buffer: BufferKey): Promise<number | undefined>;
  /** When a record of slots expires, likewise. */
  slotsExpiry(scope: SlotScope): Promise<number | undefined>;
}

/** What the contract's parts share. Each test has keys of its own in one shared store. */
export class ContractKit {
  readonly #name: string;
  readonly #get: () => StoreUnderTest;
  #count = 0;

  constructor(name: string, get: () => StoreUnderTest) {
    this.#name = name;
    this.#get = get;
  }

  get store(): Store {
    return this.#get().store;
  }

  readonly windowExpiries = (job: string): Promise<readonly number[]> => this.#get().windowExpiries(job);
  readonly jobRecord = (id: string): Promise<PlainRecord> => this.#get().jobRecord(id);
  readonly headExpiry = (buffer: BufferKey): Promise<number | undefined> => this.#get().headExpiry(buffer);
  readonly slotsExpiry = (scope: SlotScope): Promise<number | undefined> => this.#get().slotsExpiry(scope);

  /** Has the store take another time for now, while something is done. */
  readonly at = async <T>(now: number, act: () => Promise<T>): Promise<T> => {
    const { clock } = this.#get();
    const before = clock.now;
    clock.now = now;
    try {
      return await act();
    } finally {
      clock.now = before;
    }
  };

  /** A buffer of its own, in a group whose name is none too easy. */
  readonly freshBuffer = (batch = 'contract'): BufferKey => ({
    batch,
    group: `${this.#name} "|ä\ud800 ${this.#count++}`,
    shard: 0,
  });

  readonly freshId = (): string => `${this.#name}-${this.#count++}`;

  readonly newJob = (change: Partial<NewJob> = {}): NewJob => ({
    id: this.freshId(),
    batch: 'contract',
    group: 'g',
    place: { shard: 2, epoch: 'e', window: 7 },
    count: 3,
    reason: 'size',
    createdAt: NOW,
    deadline: NOW + 1_000,
    sealedAt: NOW + 10,
    ...change,
  });

  /** A job that waits, in the store. Returns its id. */
  readonly waitingJob = async (): Promise<string> => {
    const job = this.newJob();
    await this.store.jobs.putJob(job, NOW);
    return job.id;
  };

  /** The due index's partitions of no batch and of one. Those of all batches are hundreds in the end. */
  readonly partitions = async (batch = 'contract'): Promise<readonly IndexPartition[]> =>
    (await this.store.index.partitions()).filter(({ batch: of = batch }) => of === batch);

  /** What the due index has up to a time, of no batch and of one: the name of each entry, and its time. */
  readonly due = async (until: number, batch?: string): Promise<Map<string, number>> => {
    const partitions = await this.partitions(batch);
    const entries = await Promise.all(partitions.map(({ tick }) => this.store.index.due(tick, until, 1_000)));
    return new Map(
      entries.flat().map(entry => {
        if (entry.kind === 'job') return [entry.id, entry.dueAt];
        if (entry.kind === 'control') return [`control ${entry.batch}`, entry.dueAt];
        return [String(entry.buffer.group), entry.dueAt];
      }),
    );
  };
}

/** Does something for each of many, a few at a time: an engine has only so many connections to give. */
export const forEach = async <T>(
  many: readonly T[],
  act: (one: T, at: number) => Promise<unknown>,
): Promise<void> => {
  const limit = pLimit(16);
  await Promise.all(many.map((one, at) => limit(() => act(one, at))));
};

export const opening = (by: string, change: Partial<Opening> = {}): Opening => ({
  cap: 3,
  waitMs: 1_000,
  now: NOW,
  by,
  ordered: false,
  ...change,
});

export const sealing = (by: string, change: Partial<Sealing> = {}): Sealing => ({
  reason: 'time',
  now: NOW + 5,
  by,
  ...change,
});

export const openOf = (head: Head): OpenWindow => {
  if (head.open === undefined) throw new Error('The head has no open window.');
  return head.open;
};
