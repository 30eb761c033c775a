import { controlKey, tickOf } from './keys.ts';
import type { ControlStore } from './ports.ts';
import type { Control, DrainRecord } from './records.ts';
import type { Table } from './table-port.ts';

export const NOT_DRAINING = 'attribute_not_exists(#drain) OR #drain.#state <> :draining';

/** What operators have asked of a batch. */
export class Controls implements ControlStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async readControl(batch: string): Promise<Control> {
    return toControl((await this.#table.get(controlKey(batch))) ?? {});
  }

  async changeControl(
    batch: string,
    change: Partial<Control>,
    { whileDraining, unlessDraining, lookAt }: Parameters<ControlStore['changeControl']>[2] = {},
  ): Promise<Control | undefined> {
    const key = controlKey(batch);
    const sets = { ...change, ...(lookAt !== undefined && { tick: tickOf(key.pk), dueAt: lookAt }) };
    const names = Object.keys(sets);
    const { applied, record } = await this.#table.update(key, {
      update: `SET ${names.map(name => `#${name} = :${name}`).join(', ')}${lookAt === undefined ? ' REMOVE #dueAt' : ''}`,
      ...(whileDraining === undefined
        ? { creates: true, ...(unlessDraining && { condition: NOT_DRAINING }) }
        : { condition: '#drain.#id = :id AND #drain.#state = :draining' }),
      values: { ...sets, id: whileDraining, draining: 'draining' },
    });
    return applied ? toControl(record) : undefined;
  }
}

const toControl = (record: Record<string, unknown>): Control => ({
  paused: record['paused'] === true,
  ingestionPaused: record['ingestionPaused'] === true,
  since: record['since'] === undefined ? undefined : Number(record['since']),
  drain: record['drain'] as DrainRecord | undefined,
});
