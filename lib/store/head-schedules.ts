import type { BufferKey } from './buffer-key.ts';
import type { PlainRecord } from './expressions.ts';
import type { Head } from './head.ts';
import type { HeadScheduleStore } from './head-ports.ts';
import { armAtOf, toHead } from './head-record.ts';
import { headKey } from './keys.ts';
import { LOOK_EVERY_MS } from './record-life.ts';
import type { Table } from './table-port.ts';

/** When the open windows of heads in a table are due, and when the ticker looks at them. */
export class HeadSchedules implements HeadScheduleStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async pullIn(buffer: BufferKey, seen: Head, now: number, by: string): Promise<Head | undefined> {
    const { waitMs = 0, deadline: astray } = seen.open ?? {};
    const deadline = now + waitMs;
    const { applied, record } = await this.#table.update(headKey(buffer), {
      // The ticker looks soon, since the old time of its look may be wrong too.
      update:
        'SET #openedAt = :now, #openedBy = :by, #deadline = :deadline, #armAt = :armAt, #dueAt = :now, #lastAt = :now',
      condition: '#epoch = :epoch AND #window = :window AND #deadline = :astray',
      values: {
        now,
        by,
        deadline,
        astray,
        armAt: armAtOf(deadline, waitMs),
        epoch: seen.epoch,
        window: seen.window,
      },
    });
    return applied ? toHead(record) : undefined;
  }

  async setArmed(buffer: BufferKey, head: Head): Promise<void> {
    const at = head.open?.turn?.at;
    const update = at === undefined ? '#dueAt = #deadline, #armAt = #deadline' : '#dueAt = :at, #armAt = :at';
    await this.#whileOpen(buffer, head, `SET ${update}`, { at });
  }

  async lookAgain(buffer: BufferKey, head: Head, dueAt: number): Promise<void> {
    await this.#whileOpen(buffer, head, 'SET #dueAt = :dueAt', { dueAt: this.#soon(dueAt) });
  }

  async putOff(buffer: BufferKey, { epoch, dueAt: seen }: Head, dueAt: number): Promise<void> {
    if (seen === undefined) return;
    await this.#table.update(headKey(buffer), {
      update: 'SET #dueAt = :dueAt ADD #fails :one',
      condition: '#epoch = :epoch AND #dueAt = :seen',
      values: { epoch, seen, dueAt: this.#soon(dueAt), one: 1 },
    });
  }

  /** Bounds the time of the next look, so that the ticker prolongs records before they expire (invariant 10). */
  #soon(dueAt: number): number {
    return Math.min(dueAt, this.#now() + LOOK_EVERY_MS);
  }

  /** Changes when the ticker looks at an open window, unless the head has a marker, which it has to look at sooner. */
  async #whileOpen(buffer: BufferKey, head: Head, update: string, values: PlainRecord): Promise<void> {
    await this.#table.update(headKey(buffer), {
      update,
      condition:
        '#epoch = :epoch AND #window = :window AND attribute_exists(#openedAt) AND size(#pending) = :zero',
      values: { ...values, epoch: head.epoch, window: head.window, zero: 0 },
    });
  }
}
