import { SEND_WITHIN_MS } from '../topology.ts';
import type { BufferKey } from './buffer-key.ts';
import type { PlainRecord } from './expressions.ts';
import type { Head, OpenWindow } from './head.ts';
import type { Sealing, SealResult, SealStore, SeenWindow } from './head-ports.ts';
import { armAtOf, toHead } from './head-record.ts';
import { headKey } from './keys.ts';
import type { Table } from './table-port.ts';
import { TURN } from './turns.ts';

/** A head without an open window and without markers expires after so long without a reservation. */
const IDLE_LIFE_S = 7 * 86_400;
/**
 * Tries of the alternating conditions that clear markers. One applies within a few tries, unless others keep changing
 * the head.
 */
const CLEAR_TURNS = 20;
/**
 * If the ticker looks at a head within this time anyway, a seal leaves the head's entry in the due index as it is. The
 * ticker then finds what the sealer has left undone. Moving the entry would cost two write units of the index.
 */
const LOOKED_AT_WITHIN_MS = 60_000;

/** Seals windows and clears markers in a table. Each method is one atomic update; `clearMarkers` tries until one applies. */
export class Seals implements SealStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async sealOpen(buffer: BufferKey, open: SeenWindow, sealing: Sealing): Promise<SealResult> {
    return this.#seal(
      buffer,
      open,
      {
        update:
          'SET #counts.#w0 = #next - #base, #pending.#w0 = :marker, #base = #next, #window = :window ' +
          `REMOVE #openedAt, #openedBy, #deadline, #armAt, #cap, #waitMs, #bytes, #keepAt, #keptTo, #fails, ${TURN}`,
        condition: '#epoch = :epoch AND #window = :sealed AND #next BETWEEN :first AND :last',
        aliases: { w0: String(open.window) },
        values: {
          marker: toMarker(open, sealing),
          window: open.window + 1,
          first: open.base + 1,
          last: open.base + open.cap,
        },
      },
      sealing.now,
    );
  }

  /*
   * A new cap and the placements that writers have computed. A writer computes the place of a slot s from its own
   * reservation's answer, (window W, base B, cap C): window W + ⌊(s − B) / C⌋, slot (s − B) mod C. It may act on it at
   * any later time, so that it has to stay true for ever. A seal moves on to W′ = W + k, B′ = B + k·C, and with a
   * new cap C′. For a slot s that was taken before, with B′ ≤ s < next:
   * - the condition next ≤ B′ + min(C, C′) makes s − B′ < C, so that the writer computed window W′ and slot s − B′;
   * - it makes s − B′ < C′, so that a process that reads (W′, B′, C′) computes window W′ and slot s − B′ too.
   * Slots that are taken later are computed from (W′, B′, C′) by all processes. Slots below B′ are in sealed windows, whose
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
    // Bytes are counted for all open slots together. Each sealed slot counts with the average.
    const share = Math.floor((bytes * windows * cap) / (head.next - head.base));
    const changes = newCap === undefined ? '' : ', #cap = :newCap';
    const inside = newCap === undefined ? '#next > :full' : '#next > :full AND #next <= :last';
    return this.#seal(
      buffer,
      head,
      {
        update:
          `SET ${indices.map(i => `#counts.#w${i} = :cap, #pending.#w${i} = :marker`).join(', ')}, ` +
          '#base = :base, #window = :window, #openedAt = :now, #openedBy = :by, #deadline = :deadline, ' +
          `#armAt = :armAt, #keepAt = :keepAt${share > 0 ? ', #bytes = #bytes - :share' : ''}` +
          `${changes} REMOVE #fails, ${TURN}`,
        condition: `#epoch = :epoch AND #window = :sealed AND attribute_exists(#openedAt) AND ${inside}`,
        aliases: Object.fromEntries(indices.map(i => [`w${i}`, String(head.window + i)])),
        values: {
          marker: toMarker(head.open, sealing),
          cap,
          newCap,
          full: base,
          last: base + Math.min(cap, newCap ?? cap),
          base,
          window: head.window + windows,
          by: sealing.by,
          deadline,
          armAt: armAtOf(deadline, waitMs),
          // Records that stay open are as old as before.
          keepAt: head.open?.ttl.due ?? sealing.now,
          share,
        },
      },
      sealing.now,
    );
  }

  /** Seals, and leaves the head's entry in the due index as it is if the ticker looks at it soon enough. */
  async #seal(
    buffer: BufferKey,
    head: SeenHead,
    { update, condition, aliases, values }: Seal,
    now: number,
  ): Promise<SealResult> {
    const soon = now + LOOKED_AT_WITHIN_MS;
    const seal = async (change: { update: string; condition: string }): Promise<SealResult> => {
      const { applied, record } = await this.#table.update(headKey(buffer), {
        ...change,
        aliases,
        values: { ...values, epoch: head.epoch, sealed: head.window, soon, now },
        sendWithinMs: SEND_WITHIN_MS,
      });
      return { applied, head: record && toHead(record) };
    };
    if (head.dueAt === undefined || head.dueAt <= soon) {
      const result = await seal({ update, condition: `${condition} AND #dueAt <= :soon` });
      const isLater = result.head?.window === head.window && (result.head.dueAt ?? 0) > soon;
      if (result.applied || !isLater) return result;
    }
    return seal({ update: update.replace('SET ', 'SET #dueAt = :now, '), condition });
  }

  async clearMarkers(
    buffer: BufferKey,
    epoch: string,
    windows: readonly number[],
    now: number,
    seen?: Head,
  ): Promise<Head | undefined> {
    let left = windows;
    let head: Head | undefined;
    let how = seen ? howToClear(seen, left.length, now) : 'idle';
    for (let turn = 0; turn < CLEAR_TURNS; turn++) {
      const { applied, record } = await this.#table.update(headKey(buffer), {
        ...clearing(left.length)[how],
        aliases: Object.fromEntries(left.map((window, i) => [`w${i}`, String(window)])),
        values: { epoch, ours: left.length, seconds: Math.ceil(now / 1_000), idleLife: IDLE_LIFE_S },
      });
      head = record && toHead(record);
      if (applied || head?.epoch !== epoch) return head;
      // Other processes may have cleared some of the markers.
      const there = new Set(head.pending.map(({ window }) => window));
      left = left.filter(window => there.has(window));
      if (left.length === 0) return head;
      how = howToClear(head, left.length, now);
    }
    // The markers stay. The ticker finds that the jobs are published, and clears them.
    return head;
  }
}

type SeenHead = Pick<Head, 'epoch' | 'window'> & { readonly dueAt?: number | undefined };

interface Seal {
  readonly update: string;
  readonly condition: string;
  readonly aliases: Record<string, string>;
  readonly values: PlainRecord;
}

type Clearing = 'idle' | 'open' | 'moved';

/** The updates that remove `count` markers, one for each state that the head may be in. */
function clearing(count: number): Record<Clearing, Pick<Seal, 'update' | 'condition'>> {
  const indices = Array.from({ length: count }, (_, i) => i);
  const ours = `#epoch = :epoch AND ${indices.map(i => `attribute_exists(#pending.#w${i})`).join(' AND ')}`;
  const remove = `REMOVE ${indices.map(i => `#pending.#w${i}, #counts.#w${i}`).join(', ')}, #fails`;
  return {
    idle: {
      update: `SET #expires = :seconds + if_not_exists(#idleLife, :idleLife) ${remove}, #dueAt`,
      condition: `${ours} AND attribute_not_exists(#openedAt) AND size(#pending) = :ours`,
    },
    open: {
      update: remove,
      condition: `${ours} AND (attribute_exists(#openedAt) OR size(#pending) > :ours)`,
    },
    moved: {
      update: `SET #dueAt = #armAt ${remove}`,
      condition: `${ours} AND attribute_exists(#openedAt) AND size(#pending) = :ours`,
    },
  };
}

/**
 * Decides what happens to a head's entry in the due index when markers are cleared. With the last markers it leaves the
 * index if no window is open. Otherwise it stays, so that the ticker looks a little too soon. It moves to the time of
 * the open window's look if that is sooner, or more than twice as far off. So a busy head's entry seldom moves, and
 * the ticker seldom looks at it.
 */
function howToClear({ open, pending, dueAt = 0 }: Head, ours: number, now: number): Clearing {
  if (pending.length > ours) return 'open';
  if (open === undefined) return 'idle';
  return open.armAt < dueAt || open.armAt - now > 2 * (dueAt - now) ? 'moved' : 'open';
}

function toMarker(
  open: Pick<OpenWindow, 'openedAt' | 'deadline'> | undefined,
  { reason, now, by }: Sealing,
): PlainRecord {
  return { reason, openedAt: open?.openedAt ?? now, deadline: open?.deadline ?? now, sealedAt: now, by };
}
