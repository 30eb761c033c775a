import type { PlainRecord } from './expressions.ts';
import type { Slot, SlotScope, SlotStore } from './limit-ports.ts';
import { slotsKey } from './slots-key.ts';
import type { Table } from './table-port.ts';

/** Slots in one record. So many fit into one write unit. */
const SLOTS_PER_RECORD = 25;
/** How long after its last slot has lapsed an unused record is deleted. */
const IDLE_LIFE_MS = 7 * 86_400_000;

/**
 * Slots in the table. Slot 3 of a record is `s3` (from when on it is free), `b3` (who took it) and `q3` (until when
 * turns are booked on it). A record expires when it has been idle for a week: groups come and go, and a slot that is
 * not there is free.
 */
export class Slots implements SlotStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async readSlots(scope: SlotScope, count: number): Promise<Slot[]> {
    const parts = Array.from({ length: Math.ceil(count / SLOTS_PER_RECORD) }, (_, part) => part);
    const keys = parts.map(part => slotsKey(scope, part));
    const [only] = keys;
    const records =
      keys.length === 1 && only ? [await this.#table.get(only)] : await this.#table.getAll(keys);
    const byKey = new Map(records.map(record => [record?.['pk'], record]));
    return parts.flatMap(part => toSlots(byKey.get(slotsKey(scope, part).pk), part, count));
  }

  async take(
    scope: SlotScope,
    index: number,
    { by, now, until, unbooked, whenSeen }: Parameters<SlotStore['take']>[2],
  ): Promise<'taken' | 'occupied'> {
    const { part, names } = placeOf(index);
    const free = whenSeen === undefined ? '#s <= :now' : '#s = :seen';
    const absent = whenSeen === undefined || whenSeen === 0 ? 'attribute_not_exists(#s) OR ' : '';
    const condition = unbooked
      ? `(${absent}${free}) AND (attribute_not_exists(#q) OR #q <= :now)`
      : `${absent}${free}`;
    const { applied, record } = await this.#table.update(slotsKey(scope, part), {
      update: 'SET #s = :until, #b = :by, #expires = :expires',
      creates: true,
      condition,
      aliases: names,
      values: { by, now, until, seen: whenSeen, expires: expiryOf(until) },
    });
    return applied || record?.[names.b] === by ? 'taken' : 'occupied';
  }

  async renew(scope: SlotScope, index: number, by: string, until: number): Promise<'renewed' | 'occupied'> {
    const { part, names } = placeOf(index);
    const { applied } = await this.#table.update(slotsKey(scope, part), {
      update: 'SET #s = :until, #expires = :expires',
      condition: '#b = :by',
      aliases: names,
      values: { by, until, expires: expiryOf(until) },
    });
    return applied ? 'renewed' : 'occupied';
  }

  async giveBack(scope: SlotScope, index: number, by: string, freeAt?: number): Promise<void> {
    const { part, names } = placeOf(index);
    await this.#table.update(slotsKey(scope, part), {
      update: freeAt === undefined ? 'REMOVE #s, #b' : 'SET #s = :freeAt REMOVE #b',
      condition: '#b = :by',
      aliases: names,
      values: { by, freeAt },
    });
  }

  async correct(scope: SlotScope, seen: Slot, freeAt: number): Promise<void> {
    const { part, names } = placeOf(seen.index);
    await this.#table.update(slotsKey(scope, part), {
      update: 'SET #s = :freeAt',
      condition: '#s = :seen',
      aliases: names,
      values: { seen: seen.freeAt, freeAt },
    });
  }

  async book(
    scope: SlotScope,
    index: number,
    { from, duration, whenSeen }: Parameters<SlotStore['book']>[2],
  ): Promise<number | undefined> {
    const { part, names } = placeOf(index);
    const key = slotsKey(scope, part);
    if (whenSeen === undefined) {
      // No condition: processes that book at the same time each get a turn of their own from the answer.
      const behind = await this.#table.update(key, {
        update: 'SET #q = #q + :duration',
        condition: '#q > :from',
        aliases: names,
        values: { from, duration },
      });
      if (behind.applied) return Number(behind.record[names.q]) - duration;
    }
    const at = Math.max(from, whenSeen ?? 0);
    const absent = whenSeen === undefined || whenSeen === 0 ? 'attribute_not_exists(#q) OR ' : '';
    const { applied } = await this.#table.update(key, {
      update: 'SET #q = :until, #expires = :expires',
      creates: true,
      condition: `${absent}${whenSeen === undefined ? '#q <= :from' : '#q = :seen'}`,
      aliases: names,
      values: { from, seen: whenSeen, until: at + duration, expires: expiryOf(at + duration) },
    });
    return applied ? at : undefined;
  }

  async unbook(scope: SlotScope, { index, bookedUntil }: Slot): Promise<void> {
    const { part, names } = placeOf(index);
    await this.#table.update(slotsKey(scope, part), {
      update: 'REMOVE #q',
      condition: '#q = :seen',
      aliases: names,
      values: { seen: bookedUntil },
    });
  }
}

const expiryOf = (until: number): number => Math.ceil((until + IDLE_LIFE_MS) / 1_000);

/** Where a slot is: the record, and its attributes there. */
function placeOf(index: number) {
  const at = index % SLOTS_PER_RECORD;
  return {
    part: Math.floor(index / SLOTS_PER_RECORD),
    names: { s: `s${at}`, b: `b${at}`, q: `q${at}` },
  };
}

/** Reads the slots of a record: those below `count`, and others that were taken or booked. */
function toSlots(record: PlainRecord = {}, part: number, count: number): Slot[] {
  const slots: Slot[] = [];
  for (let at = 0; at < SLOTS_PER_RECORD; at++) {
    const index = part * SLOTS_PER_RECORD + at;
    const [by, free, booked] = [record[`b${at}`], record[`s${at}`], record[`q${at}`]];
    if (index >= count && free === undefined && booked === undefined) continue;
    slots.push({
      index,
      by: by === undefined ? undefined : String(by),
      freeAt: Number(free ?? 0),
      bookedUntil: Number(booked ?? 0),
    });
  }
  return slots;
}
