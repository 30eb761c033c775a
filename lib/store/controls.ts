import { batchKey, tickOf } from './keys.ts';
import type { ControlStore, Permits, ThrottleLog } from './ports.ts';
import type { Control, DrainRecord } from './records.ts';
import type { Table } from './table-port.ts';

/** What a batch has one record of: what operators asked, its throttle, its permits. */
export class Controls implements ControlStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async readControl(batch: string): Promise<Control> {
    return toControl((await this.#table.get(batchKey('control', batch))) ?? {});
  }

  async changeControl(
    batch: string,
    change: Partial<Control>,
    { whileDraining, lookAt }: { readonly whileDraining?: string; readonly lookAt?: number } = {},
  ): Promise<Control | undefined> {
    const key = batchKey('control', batch);
    const sets = { ...change, ...(lookAt !== undefined && { tick: tickOf(key.pk), dueAt: lookAt }) };
    const names = Object.keys(sets);
    const { applied, record } = await this.#table.update(key, {
      update: `SET ${names.map(name => `#${name} = :${name}`).join(', ')}${lookAt === undefined ? ' REMOVE #dueAt' : ''}`,
      ...(whileDraining === undefined
        ? { creates: true }
        : { condition: '#drain.#id = :id AND #drain.#state = :draining' }),
      values: { ...sets, id: whileDraining, draining: 'draining' },
    });
    return applied ? toControl(record) : undefined;
  }

  async readThrottle(batch: string): Promise<ThrottleLog> {
    const record = await this.#table.get(batchKey('throttle', batch));
    return { version: Number(record?.['version'] ?? 0), at: (record?.['at'] ?? []) as readonly number[] };
  }

  async writeThrottle(batch: string, seen: number, at: readonly number[]): Promise<boolean> {
    const { applied } = await this.#table.update(batchKey('throttle', batch), {
      update: 'SET #at = :at, #version = :next',
      creates: true,
      condition: IF_UNCHANGED,
      values: { at, seen, next: seen + 1 },
    });
    return applied;
  }

  async readPermits(scope: string, part: number): Promise<Permits> {
    const record = await this.#table.get(batchKey('permits', scope, part));
    return {
      version: Number(record?.['version'] ?? 0),
      holders: (record?.['holders'] ?? {}) as Readonly<Record<string, number>>,
    };
  }

  async writePermits(
    scope: string,
    part: number,
    seen: number,
    holders: Permits['holders'],
  ): Promise<boolean> {
    const { applied } = await this.#table.update(batchKey('permits', scope, part), {
      update: 'SET #holders = :holders, #version = :next',
      creates: true,
      condition: IF_UNCHANGED,
      values: { holders, seen, next: seen + 1 },
    });
    return applied;
  }
}

/** A record that nobody has changed since it was read; one that is not there has version 0. */
const IF_UNCHANGED = 'attribute_not_exists(#version) OR #version = :seen';

const toControl = (record: Record<string, unknown>): Control => ({
  paused: record['paused'] === true,
  ingestionPaused: record['ingestionPaused'] === true,
  since: record['since'] === undefined ? undefined : Number(record['since']),
  drain: record['drain'] as DrainRecord | undefined,
});
