import { LONGEST_DELAY_MS, LOOK_EVERY_MS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import { toFlushReason } from './flush-reason.ts';
import { headKey, lineKey, tickOf } from './keys.ts';
import type { HeadStore, Opening, Sealing, SealResult } from './ports.ts';
import type { BufferKey, Head, Kept, OpenWindow, SealedWindow, Turn, WindowBounds } from './records.ts';
import type { Table } from './table-port.ts';

/** Windows further out are looked at so long before their deadline: more than the ticker's period. */
const ARM_AHEAD_MS = 840_000;
/** A head with nothing open and nothing pending expires after so long without a reservation. */
const IDLE_LIFE_S = 7 * 86_400;
/** The head of an ordered batch's group stays: its next window has to know the one before. */
const ORDERED_IDLE_LIFE_S = 10 * 365 * 86_400;
/** A marker's alternating conditions apply within a few turns, or somebody else is moving the head on. */
const CLEAR_TURNS = 20;
/** What a window has while the throttle holds it back. */
const TURN = '#turnAt, #turnPlace, #turnReason, #turnWindow, #list, #listAt';

/** Slots of a head, which is born with it, and whose open window is opened with it, unless they are there. */
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
    // only an idle head carries an expiry; DynamoDB honours its removal until the very deletion
    'REMOVE #expires ADD #next :n',
  ].join(' ');
const RESERVE = { ordered: reserving(true), other: reserving(false) };

/** Heads in a table. Every method is one atomic update of one item (clearMarker: until one applies). */
export class Heads implements HeadStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head> {
    const key = headKey(buffer);
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
        // the reservation's own name is as random as an epoch has to be
        epoch: opening.by,
        tick: tickOf(key.pk),
        zero: 0,
        none: {},
        noCounts: {},
      },
    });
    return toHead(record ?? {});
  }

  async readHead(buffer: BufferKey): Promise<Head | undefined> {
    const record = await this.#table.get(headKey(buffer));
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

  async sealOpen(buffer: BufferKey, open: WindowBounds, sealing: Sealing): Promise<SealResult> {
    return this.#seal(buffer, open, {
      update:
        'SET #counts.#w0 = #next - #base, #pending.#w0 = :marker, #base = #next, #window = :window, #dueAt = :now ' +
        `REMOVE #openedAt, #openedBy, #deadline, #armAt, #cap, #waitMs, #bytes, #keepAt, #keptTo, #fails, ${TURN}`,
      condition: '#epoch = :epoch AND #window = :sealed AND #next BETWEEN :first AND :last',
      aliases: { w0: String(open.window) },
      values: {
        marker: toMarker(open, sealing),
        window: open.window + 1,
        now: sealing.now,
        first: open.base + 1,
        last: open.base + open.cap,
      },
    });
  }

  /*
   * A new cap and the placements that writers have computed. A writer computes the place of a slot s from its own
   * reservation's answer, (window W, base B, cap C): window W + ⌊(s − B) / C⌋, slot (s − B) mod C. It may act on it at
   * any later time, so that it has to stay true for ever. A seal moves on to W′ = W + k, B′ = B + k·C, and with a
   * new cap C′. For a slot s that was taken before, with B′ ≤ s < next:
   * - the condition next ≤ B′ + min(C, C′) makes s − B′ < C, so that the writer computed window W′ and slot s − B′;
   * - it makes s − B′ < C′, so that whoever reads (W′, B′, C′) computes window W′ and slot s − B′ too.
   * Slots that are taken later are computed from (W′, B′, C′) by everybody. Slots below B′ are in sealed windows, whose
   * counts are in their markers. So no slot has two places, and no two slots have one.
   */
  async sealFull(
    buffer: BufferKey,
    head: Head,
    windows: number,
    sealing: Sealing,
    cap?: number,
  ): Promise<SealResult> {
    const old = head.open?.cap ?? 0;
    const base = head.base + windows * old;
    if (cap !== undefined && cap !== old && head.next <= base + Math.min(old, cap)) {
      const result = await this.#sealFull(buffer, head, windows, sealing, cap);
      const isOpenStill = result.head?.window === head.window && result.head.epoch === head.epoch;
      if (result.applied || !isOpenStill) return result;
    }
    return this.#sealFull(buffer, head, windows, sealing);
  }

  async #sealFull(
    buffer: BufferKey,
    head: Head,
    windows: number,
    sealing: Sealing,
    newCap?: number,
  ): Promise<SealResult> {
    const { cap = 0, waitMs = 0, bytes = 0 } = head.open ?? {};
    const indices = Array.from({ length: windows }, (_, i) => i);
    const base = head.base + windows * cap;
    const deadline = sealing.now + waitMs;
    // bytes are known of the whole only: each sealed slot is taken to have had its even share
    const share = Math.floor((bytes * windows * cap) / (head.next - head.base));
    const changes = newCap === undefined ? '' : ', #cap = :newCap';
    const inside = newCap === undefined ? '' : ' AND #next <= :last';
    return this.#seal(buffer, head, {
      update:
        `SET ${indices.map(i => `#counts.#w${i} = :cap, #pending.#w${i} = :marker`).join(', ')}, ` +
        '#base = :base, #window = :window, #openedAt = :now, #openedBy = :by, #deadline = :deadline, ' +
        `#armAt = :armAt, #dueAt = :now, #keepAt = :keepAt${share > 0 ? ', #bytes = #bytes - :share' : ''}` +
        `${changes} REMOVE #fails, ${TURN}`,
      condition: `#epoch = :epoch AND #window = :sealed AND attribute_exists(#openedAt)${inside}`,
      aliases: Object.fromEntries(indices.map(i => [`w${i}`, String(head.window + i)])),
      values: {
        marker: toMarker(head.open, sealing),
        cap,
        newCap,
        last: base + Math.min(cap, newCap ?? cap),
        base,
        window: head.window + windows,
        now: sealing.now,
        by: sealing.by,
        deadline,
        armAt: armAtOf(deadline, waitMs),
        // what stays open was put before, and is as old as it was
        keepAt: head.open?.kept.at ?? sealing.now,
        share,
      },
    });
  }

  async #seal(
    buffer: BufferKey,
    { epoch, window }: Pick<Head, 'epoch' | 'window'>,
    seal: { update: string; condition: string; aliases: Record<string, string>; values: PlainRecord },
  ): Promise<SealResult> {
    const { applied, record } = await this.#table.update(headKey(buffer), {
      ...seal,
      values: { ...seal.values, epoch, sealed: window },
    });
    return { applied, head: record && toHead(record) };
  }

  async clearMarker(buffer: BufferKey, epoch: string, window: number, now: number): Promise<void> {
    const ours = '#epoch = :epoch AND attribute_exists(#pending.#w)';
    const remove = 'REMOVE #pending.#w, #counts.#w, #fails';
    const idle = {
      update: `SET #expires = :now + if_not_exists(#idleLife, :idleLife) ${remove}, #dueAt`,
      condition: `${ours} AND attribute_not_exists(#openedAt) AND size(#pending) = :one`,
    };
    const openAndLast = {
      update: `SET #dueAt = #armAt ${remove}`,
      condition: `${ours} AND attribute_exists(#openedAt) AND size(#pending) = :one`,
    };
    const notLast = { update: remove, condition: `${ours} AND size(#pending) > :one` };

    let attempt = idle;
    for (let turn = 0; turn < CLEAR_TURNS; turn++) {
      const { applied, record } = await this.#table.update(headKey(buffer), {
        ...attempt,
        aliases: { w: String(window) },
        values: { epoch, one: 1, now: Math.ceil(now / 1_000), idleLife: IDLE_LIFE_S },
      });
      if (applied || record === undefined) return;
      const head = toHead(record);
      if (head.epoch !== epoch || !head.pending.some(sealed => sealed.window === window)) return;
      if (head.pending.length > 1) attempt = notLast;
      else attempt = head.open ? openAndLast : idle;
    }
    // the marker stays for the ticker, which finds the job in place and clears it
  }

  async pullIn(buffer: BufferKey, seen: Head, now: number, by: string): Promise<Head | undefined> {
    const { waitMs = 0, deadline: astray } = seen.open ?? {};
    const deadline = now + waitMs;
    const { applied, record } = await this.#table.update(headKey(buffer), {
      // looked at soon, since nobody knows when the one before would have been
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

  async giveTurn(buffer: BufferKey, seen: Head, turn: Turn, lookAt: number): Promise<SealResult> {
    const key = headKey(buffer);
    const values = {
      epoch: seen.epoch,
      window: seen.window,
      seen: seen.open?.turn?.at,
      at: turn.at,
      place: turn.place,
      reason: turn.reason,
      lookAt,
      zero: 0,
      ...lineKey(buffer, key.pk, turn.place),
    };
    const update =
      'SET #turnAt = :at, #turnPlace = :place, #turnReason = :reason, #turnWindow = :window, #armAt = :lookAt, ' +
      '#list = :list, #listAt = :listAt';
    const still = seen.open?.turn
      ? '#turnWindow = :window AND #turnAt = :seen'
      : '(attribute_not_exists(#turnWindow) OR #turnWindow <> :window)';
    const open = `#epoch = :epoch AND #window = :window AND attribute_exists(#openedAt) AND ${still}`;
    // a marker is to be looked at sooner: the head comes back to armAt when the last one is cleared
    let marked = seen.pending.length > 0;
    for (let tries = 0; ; tries++) {
      const { applied, record } = await this.#table.update(key, {
        update: marked ? update : `${update}, #dueAt = :lookAt`,
        condition: `${open} AND size(#pending) ${marked ? '>' : '='} :zero`,
        values,
      });
      const head = record && toHead(record);
      const hasMarkers = head !== undefined && head.pending.length > 0;
      // refused because it had been applied already: the answer to the first request was lost
      const had = head?.window === seen.window && head.open?.turn?.at === turn.at;
      if (applied || had || tries === CLEAR_TURNS || hasMarkers === marked) {
        return { applied: applied || had, head };
      }
      marked = hasMarkers;
    }
  }

  async leaveLine(buffer: BufferKey): Promise<void> {
    await this.#table.update(headKey(buffer), {
      update: `REMOVE ${TURN}`,
      condition: 'attribute_exists(#turnWindow) AND #turnWindow <> #window',
    });
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

  async setKept(buffer: BufferKey, { epoch, window }: Head, { at, to }: Kept): Promise<void> {
    await this.#table.update(headKey(buffer), {
      update: 'SET #keepAt = :at, #keptTo = :to',
      condition: '#epoch = :epoch AND #window = :window AND attribute_exists(#openedAt)',
      values: { epoch, window, at, to },
    });
  }

  /** Invariant 10: whatever is open is looked at before its records expire, however far off its turn is. */
  #soon(dueAt: number): number {
    return Math.min(dueAt, this.#now() + LOOK_EVERY_MS);
  }

  /** Changes when an open window is looked at, unless a marker has to be looked at meanwhile. */
  async #whileOpen(buffer: BufferKey, head: Head, update: string, values: PlainRecord): Promise<void> {
    await this.#table.update(headKey(buffer), {
      update,
      condition:
        '#epoch = :epoch AND #window = :window AND attribute_exists(#openedAt) AND size(#pending) = :zero',
      values: { ...values, epoch: head.epoch, window: head.window, zero: 0 },
    });
  }
}

const armAtOf = (deadline: number, waitMs: number): number =>
  waitMs > LONGEST_DELAY_MS ? deadline - ARM_AHEAD_MS : deadline;

function toMarker(
  open: Pick<OpenWindow, 'openedAt' | 'deadline'> | undefined,
  { reason, now, by }: Sealing,
): PlainRecord {
  return { reason, openedAt: open?.openedAt ?? now, deadline: open?.deadline ?? now, sealedAt: now, by };
}

/** A stored head; what a number or a text has to be was written by this file alone. */
export function toHead(record: PlainRecord): Head {
  const counts = (record['counts'] ?? {}) as Record<string, number>;
  const pending = (record['pending'] ?? {}) as Record<string, PlainRecord>;
  return {
    epoch: String(record['epoch']),
    window: Number(record['window']),
    base: Number(record['base']),
    next: Number(record['next']),
    dueAt: record['dueAt'] === undefined ? undefined : Number(record['dueAt']),
    fails: Number(record['fails'] ?? 0),
    open:
      record['openedAt'] === undefined
        ? undefined
        : {
            cap: Number(record['cap']),
            waitMs: Number(record['waitMs']),
            openedAt: Number(record['openedAt']),
            deadline: Number(record['deadline']),
            armAt: Number(record['armAt']),
            openedBy: String(record['openedBy']),
            bytes: Number(record['bytes'] ?? 0),
            lastAt: Number(record['lastAt'] ?? record['openedAt']),
            kept: {
              at: Number(record['keepAt'] ?? Number(record['openedAt']) + LOOK_EVERY_MS),
              to: Math.max(Number(record['keptTo'] ?? 0), Number(record['base'])),
            },
            turn: toTurn(record),
          },
    pending: Object.entries(pending)
      .map(([window, marker]) => toSealed(Number(window), counts[window] ?? 0, marker))
      .sort((a, b) => a.window - b.window),
  };
}

/** The turn of the open window; one of a window that an earlier version has sealed since is none. */
const toTurn = (record: PlainRecord): Turn | undefined =>
  record['turnWindow'] !== undefined && record['turnWindow'] === record['window']
    ? {
        at: Number(record['turnAt']),
        place: Number(record['turnPlace']),
        reason: toFlushReason(record['turnReason']),
      }
    : undefined;

function toSealed(window: number, count: number, marker: PlainRecord): SealedWindow {
  return {
    window,
    count,
    reason: toFlushReason(marker['reason']),
    openedAt: Number(marker['openedAt']),
    deadline: Number(marker['deadline']),
    sealedAt: Number(marker['sealedAt']),
    sealedBy: String(marker['by']),
  };
}
