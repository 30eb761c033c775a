import type { Control } from './control.ts';
import { toControl } from './control-record.ts';
import { tickOf } from './index-keys.ts';
import { controlKey } from './keys.ts';
import type { ControlStore } from './ports.ts';
import type { Table } from './table-port.ts';

export const NOT_DRAINING = 'attribute_not_exists(#drain) OR #drain.#state <> :draining';
const SAME_DRAIN = '#drain.#id = :id AND #drain.#state = :draining';

/** Writes what an operator asks of a batch. */
export async function changeControl(
  table: Table,
  ...[batch, given, options = {}]: Parameters<ControlStore['changeControl']>
): Promise<Control | undefined> {
  const { whileDraining, unlessDraining, lookAt } = options;
  const { id, version } = whileDraining ?? {};
  const change = whileDraining && given.drain ? { ...given, drain: next(given.drain, version) } : given;
  const key = controlKey(batch);
  const sets = { ...change, ...(lookAt !== undefined && { tick: tickOf(key.pk), dueAt: lookAt }) };
  const names = Object.keys(sets);
  const { applied, record } = await table.update(key, {
    update: `SET ${names.map(name => `#${name} = :${name}`).join(', ')}${lookAt === undefined ? ' REMOVE #dueAt' : ''}`,
    ...(whileDraining === undefined
      ? { creates: true, ...(unlessDraining && { condition: NOT_DRAINING }) }
      : { condition: `${SAME_DRAIN} AND ${unchanged(version)}` }),
    values: { ...sets, id, version, draining: 'draining' },
  });
  return applied ? toControl(record) : undefined;
}

const next = <T extends object>(drain: T, version = 0): T => ({ ...drain, version: version + 1 });

/** A drain that has just begun has no version, as those that an older version of Cistern began. */
const unchanged = (version: number | undefined): string =>
  version === undefined ? 'attribute_not_exists(#drain.#version)' : '#drain.#version = :version';
