import { Controls } from './controls.ts';
import { DueEntries, Leases } from './due-entries.ts';
import { Heads } from './heads.ts';
import { Jobs } from './jobs.ts';
import type { Store } from './ports.ts';
import { Slots } from './slots.ts';
import type { Table } from './table-port.ts';
import { VersionedTable } from './versioned-table.ts';
import { Windows } from './windows.ts';

/**
 * Makes the whole store of one table.
 *
 * @param now the time by which records expire, in ms since the epoch
 * @param version the schema version that it writes, and the latest that it reads. Default: this version's own
 */
export function tableStore(table: Table, now: () => number, version?: number): Store {
  const versioned = new VersionedTable(table, version);
  return {
    heads: new Heads(versioned, now),
    windows: new Windows(versioned, now),
    jobs: new Jobs(versioned, now),
    index: new DueEntries(versioned),
    leases: new Leases(versioned),
    controls: new Controls(versioned),
    slots: new Slots(versioned),
  };
}
