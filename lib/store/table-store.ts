import { Actions } from './actions.ts';
import { Controls } from './controls.ts';
import { DedupKeys } from './dedup-keys.ts';
import { DueEntries } from './due-entries.ts';
import { HeadSchedules } from './head-schedules.ts';
import { Heads } from './heads.ts';
import { IndexPartitions } from './index-partitions.ts';
import { Jobs } from './jobs.ts';
import { Leases } from './leases.ts';
import type { Store } from './ports.ts';
import { Retention } from './retention.ts';
import { Seals } from './seals.ts';
import { Slots } from './slots.ts';
import type { Table } from './table-port.ts';
import { Turns } from './turns.ts';
import { VersionedTable } from './versioned-table.ts';
import { Windows } from './windows.ts';

/**
 * Makes the whole store of one table.
 *
 * @param now the time by which records expire, in ms since the epoch
 * @param version the schema version that it writes, and the latest that it reads. Default: this version's own
 * @param indexLagMs the lag of the table's indexes. Default: 0, as the embedded engine and the emulators have it
 */
export function tableStore(
  table: Table,
  now: () => number,
  { version, indexLagMs = 0 }: { readonly version?: number | undefined; readonly indexLagMs?: number } = {},
): Store {
  const versioned = new VersionedTable(table, version);
  // the record of all batches has no version: whichever wrote it, each version has to read it
  const partitions = new IndexPartitions(table, now);
  return {
    heads: new Heads(versioned, partitions),
    windows: new Windows(versioned, now),
    dedupKeys: new DedupKeys(versioned, now),
    seals: new Seals(versioned),
    turns: new Turns(versioned),
    headSchedules: new HeadSchedules(versioned, now),
    retention: new Retention(versioned, now),
    jobs: new Jobs(versioned, partitions, now),
    index: new DueEntries(versioned),
    leases: new Leases(versioned),
    controls: new Controls(versioned),
    slots: new Slots(versioned),
    actions: new Actions(versioned),
    indexLagMs,
  };
}
