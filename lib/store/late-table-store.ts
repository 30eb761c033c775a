import { Controls } from './controls.ts';
import { Heads } from './heads.ts';
import { IndexPartitions } from './index-partitions.ts';
import { late } from './late.ts';
import type { Store } from './ports.ts';
import type { Table } from './table-port.ts';
import { VersionedTable } from './versioned-table.ts';
import { Windows } from './windows.ts';

/**
 * How long after a write an index may still show what was before it. DynamoDB promises no bound. It says that an index
 * usually follows within a fraction of a second (Amazon DynamoDB Developer Guide, "Using Global Secondary Indexes", on
 * data synchronization).
 */
const INDEX_LAG_MS = 10_000;

/**
 * Makes the whole store of one table of DynamoDB. What adding an item needs is there at once. The rest is loaded when
 * it is first used, so that producers start without it.
 *
 * @param now the time by which records expire, in ms since the epoch
 */
export function lateTableStore(unversioned: Table, now: () => number): Store {
  const table = new VersionedTable(unversioned);
  // the record of all batches has no version: whichever wrote it, each version has to read it
  const partitions = new IndexPartitions(unversioned, now);
  return {
    heads: new Heads(table, partitions),
    windows: new Windows(table, now),
    controls: new Controls(table),
    dedupKeys: late(async () => new (await import('./dedup-keys.ts')).DedupKeys(table, now)),
    seals: late(async () => new (await import('./seals.ts')).Seals(table)),
    turns: late(async () => new (await import('./turns.ts')).Turns(table)),
    headSchedules: late(async () => new (await import('./head-schedules.ts')).HeadSchedules(table, now)),
    retention: late(async () => new (await import('./retention.ts')).Retention(table, now)),
    jobs: late(async () => new (await import('./jobs.ts')).Jobs(table, partitions, now)),
    index: late(async () => new (await import('./due-entries.ts')).DueEntries(table)),
    leases: late(async () => new (await import('./leases.ts')).Leases(table)),
    slots: late(async () => new (await import('./slots.ts')).Slots(table)),
    actions: late(async () => new (await import('./actions.ts')).Actions(table)),
    indexLagMs: INDEX_LAG_MS,
  };
}
