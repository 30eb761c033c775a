import type { Control } from './control.ts';
import { toControl } from './control-record.ts';
import { tickOf } from './index-keys.ts';
import { controlKey } from './keys.ts';
import type { ControlStore } from './ports.ts';
import type { Table } from './table-port.ts';

export const NOT_DRAINING = 'attribute_not_exists(#drain) OR #drain.#state <> :draining';

/** Writes what an operator asks of a batch. */
export async function changeControl(
  table: Table,
  ...[batch, change, options = {}]: Parameters<ControlStore['changeControl']>
): Promise<Control | undefined> {
  const { whileDraining, unlessDraining, lookAt } = options;
  const key = controlKey(batch);
  const sets = { ...change, ...(lookAt !== undefined && { tick: tickOf(key.pk), dueAt: lookAt }) };
  const names = Object.keys(sets);
  const { applied, record } = await table.update(key, {
    update: `SET ${names.map(name => `#${name} = :${name}`).join(', ')}${lookAt === undefined ? ' REMOVE #dueAt' : ''}`,
    ...(whileDraining === undefined
      ? { creates: true, ...(unlessDraining && { condition: NOT_DRAINING }) }
      : { condition: '#drain.#id = :id AND #drain.#state = :draining' }),
    values: { ...sets, id: whileDraining, draining: 'draining' },
  });
  return applied ? toControl(record) : undefined;
}
