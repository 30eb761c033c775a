import type { PlainRecord } from '#lib/store/expressions';
import type { Head } from '#lib/store/head';
import { toHead } from '#lib/store/head-record';
import { isEnded, type Job } from '#lib/store/job';
import { toJob } from '#lib/store/job-record';
import type { Store } from '#lib/store/ports';
import { tableStore } from '#lib/store/table-store';
import { MemoryTable } from '../../local/table/memory-table.ts';

/** The whole store over a table in memory, with a view of all that is in it. */
export class MemoryStore implements Store {
  readonly table = new MemoryTable();
  readonly heads: Store['heads'];
  readonly windows: Store['windows'];
  readonly dedupKeys: Store['dedupKeys'];
  readonly seals: Store['seals'];
  readonly turns: Store['turns'];
  readonly headSchedules: Store['headSchedules'];
  readonly retention: Store['retention'];
  readonly jobs: Store['jobs'];
  readonly index: Store['index'];
  readonly leases: Store['leases'];
  readonly controls: Store['controls'];
  readonly slots: Store['slots'];
  readonly actions: Store['actions'];
  readonly indexLagMs = 0;

  /** @param now what tells whether a record has expired; nothing is deleted for it */
  constructor(now: () => number) {
    const store = tableStore(this.table, now);
    this.heads = store.heads;
    this.windows = store.windows;
    this.dedupKeys = store.dedupKeys;
    this.seals = store.seals;
    this.turns = store.turns;
    this.headSchedules = store.headSchedules;
    this.retention = store.retention;
    this.jobs = store.jobs;
    this.index = store.index;
    this.leases = store.leases;
    this.controls = store.controls;
    this.slots = store.slots;
    this.actions = store.actions;
  }

  /** All heads, by their partition keys. */
  allHeads(): ReadonlyMap<string, Head> {
    return new Map(this.#records('head').map(record => [String(record['pk']), toHead(record)]));
  }

  /** All jobs, by their ids. */
  allJobs(): ReadonlyMap<string, Job> {
    return new Map(this.#records('job').map(record => [String(record['id']), toJob(record)]));
  }

  /** What the ticker would never look at though it has to: invariant 5 says that this is always empty. */
  undiscoverable(): string[] {
    const heads = this.#records('head').filter(record => {
      const { open, pending } = toHead(record);
      return open !== undefined || pending.length > 0;
    });
    const jobs = this.#records('job').filter(record => !isEnded(toJob(record)));
    return [...heads, ...jobs].filter(({ dueAt }) => dueAt === undefined).map(({ pk }) => String(pk));
  }

  #records(sk: 'head' | 'job'): PlainRecord[] {
    return [...this.table.records()].filter(record => record['sk'] === sk);
  }
}
