import type { BufferKey } from './buffer-key.ts';
import type { Head } from './head.ts';
import type { HeadStore, Opening } from './head-ports.ts';
import { armAtOf, toHead } from './head-record.ts';
import type { IndexPartitions } from './index-partitions.ts';
import { headKey } from './keys.ts';
import type { Table } from './table-port.ts';

/** The head of an ordered batch does not expire while it is idle: its next window has to know the one before. */
const ORDERED_IDLE_LIFE_S = 10 * 365 * 86_400;

/**
 * Index partitions that a batch with groups has from the beginning. A single head takes fewer windows a second than one index
 * partition.
 */
const PARTS_OF_GROUPS = 4;

/** Builds the update that takes slots. It also makes the head and opens a window, where they are not there. */
const reserving = (ordered: boolean): string =>
  [
    'SET',
    [
      ['epoch', 'epoch'],
      ['window', 'zero'],
      ['base', 'zero'],
      ['tick', 'tick'],
      ['pending', 'none'],
      // a value of its own: an emulator has made one map of the two
      ['counts', 'noCounts'],
      ['cap', 'cap'],
      ['waitMs', 'waitMs'],
      ['openedAt', 'now'],
      ['openedBy', 'by'],
      ['deadline', 'deadline'],
      ['armAt', 'armAt'],
      ['dueAt', 'armAt'],
    ]
      .map(([attribute, value]) => `#${attribute} = if_not_exists(#${attribute}, :${value})`)
      .join(', '),
    // the last of the SET clauses
    ordered ? ', #lastAt = :now, #idleLife = :idleLife' : ', #lastAt = :now',
    // Only an idle head has an expiry. Until DynamoDB deletes the record, removing the expiry keeps it.
    'REMOVE #expires ADD #next :n',
  ].join(' ');
const RESERVE = { ordered: reserving(true), other: reserving(false) };

/** Heads in a table: the reservation of slots, and reads. */
export class Heads implements HeadStore {
  readonly #table: Table;
  readonly #partitions: IndexPartitions;

  constructor(table: Table, partitions: IndexPartitions) {
    this.#table = table;
    this.#partitions = partitions;
  }

  async reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head> {
    const key = headKey(buffer);
    // invariant 5: the batch's partitions are known to the ticker before anything is put into one
    const atFirst = buffer.group === undefined ? 1 : PARTS_OF_GROUPS;
    const tick = await this.#partitions.dueFor(buffer.batch, 'rest', key.pk, atFirst);
    const deadline = opening.now + opening.waitMs;
    const update = opening.ordered ? RESERVE.ordered : RESERVE.other;
    const { record } = await this.#table.update(key, {
      update: bytes > 0 ? `${update}, #bytes :bytes` : update,
      creates: true,
      values: {
        cap: opening.cap,
        waitMs: opening.waitMs,
        now: opening.now,
        by: opening.by,
        idleLife: ORDERED_IDLE_LIFE_S,
        n,
        bytes,
        deadline,
        armAt: armAtOf(deadline, opening.waitMs),
        // An epoch has to be random, and the reservation's name is.
        epoch: opening.by,
        tick,
        zero: 0,
        none: {},
        noCounts: {},
      },
    });
    return toHead(record ?? {});
  }

  async readHead(buffer: BufferKey, consistency?: 'eventual'): Promise<Head | undefined> {
    const record = await this.#table.get(headKey(buffer), consistency);
    return record && toHead(record);
  }

  async readHeads(
    buffers: readonly BufferKey[],
  ): Promise<{ readonly buffer: BufferKey; readonly head: Head }[]> {
    const byKey = new Map(buffers.map(buffer => [headKey(buffer).pk, buffer]));
    const records = await this.#table.getAll([...byKey.values()].map(headKey));
    return records.flatMap(record => {
      const buffer = byKey.get(String(record['pk']));
      return buffer ? [{ buffer, head: toHead(record) }] : [];
    });
  }
}
