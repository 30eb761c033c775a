import { controlKey, removedKey, tickOf } from './keys.ts';
import type { ControlStore } from './ports.ts';
import type { Control, DrainRecord } from './records.ts';
import type { Table } from './table-port.ts';

/** Tells a removed batch's attribute from the other ones of its record. */
const REMOVED = 'batch:';

const NOT_DRAINING = 'attribute_not_exists(#drain) OR #drain.#state <> :draining';

/** What operators have asked of a batch, and which batches were removed. */
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

  async endLook(batch: string, since: number): Promise<void> {
    await this.#table.update(controlKey(batch), {
      update: 'REMOVE #dueAt',
      condition: `#since = :since AND (${NOT_DRAINING})`,
      values: { since, draining: 'draining' },
    });
  }

  async removedBatches(): Promise<string[]> {
    const names = Object.keys((await this.#table.get(removedKey)) ?? {});
    return names.flatMap(name => (name.startsWith(REMOVED) ? [name.slice(REMOVED.length)] : []));
  }

  async noteRemoved(batch: string, at: number): Promise<void> {
    await this.#table.update(removedKey, {
      update: 'SET #batch = if_not_exists(#batch, :at)',
      creates: true,
      values: { at },
      aliases: { batch: REMOVED + batch },
    });
  }

  async forgetRemoved(batch: string): Promise<void> {
    await this.#table.update(removedKey, {
      update: 'REMOVE #batch',
      condition: 'attribute_exists(#batch)',
      aliases: { batch: REMOVED + batch },
    });
  }
}

const toControl = (record: Record<string, unknown>): Control => ({
  paused: record['paused'] === true,
  ingestionPaused: record['ingestionPaused'] === true,
  since: record['since'] === undefined ? undefined : Number(record['since']),
  drain: record['drain'] as DrainRecord | undefined,
});
