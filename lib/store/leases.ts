import { leaseKey } from './keys.ts';
import type { LeaseStore } from './ports.ts';
import type { Table } from './table-port.ts';

/** The ticker's lease. */
export class Leases implements LeaseStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async acquire(name: string, by: string, now: number, until: number): Promise<boolean> {
    const { applied } = await this.#table.update(leaseKey(name), {
      update: 'SET #holder = :by, #until = :until',
      creates: true,
      condition: 'attribute_not_exists(#pk) OR #until < :now OR #holder = :by',
      values: { by, now, until },
    });
    return applied;
  }

  async release(name: string, by: string): Promise<void> {
    await this.#table.update(leaseKey(name), {
      update: 'SET #until = :zero',
      condition: '#holder = :by',
      values: { by, zero: 0 },
    });
  }
}
