import type { Control } from './control.ts';
import { toControl } from './control-record.ts';
import { controlKey } from './keys.ts';
import { lateChangeControl } from './late-change-control.ts';
import type { ControlStore } from './ports.ts';
import type { Table } from './table-port.ts';

/** What operators have asked of a batch. Each add reads it; changing it is loaded with the first change. */
export class Controls implements ControlStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async readControl(batch: string): Promise<Control> {
    return toControl((await this.#table.get(controlKey(batch))) ?? {});
  }

  async changeControl(...change: Parameters<ControlStore['changeControl']>): Promise<Control | undefined> {
    const { changeControl } = await lateChangeControl();
    return changeControl(this.#table, ...change);
  }
}
