import type { PlainRecord } from './expressions.ts';
import type { Sealing, SealResult, SealStore } from './head-ports.ts';
import { armAtOf, toHead } from './head-record.ts';
import { headKey } from './keys.ts';
import type { BufferKey, Head, OpenWindow, WindowBounds } from './records.ts';
import type { Table } from './table-port.ts';
import { TURN } from './turns.ts';

/** A head with nothing open and nothing pending expires after so long without a reservation. */
const IDLE_LIFE_S = 7 * 86_400;
/** A marker's alternating conditions apply within a few turns, or somebody else is moving the head on. */
const CLEAR_TURNS = 20;

/** Moves the windows of heads in a table on. Every method is one atomic update (clearMarker: until one applies). */
export class Seals implements SealStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
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
}

function toMarker(
  open: Pick<OpenWindow, 'openedAt' | 'deadline'> | undefined,
  { reason, now, by }: Sealing,
): PlainRecord {
  return { reason, openedAt: open?.openedAt ?? now, deadline: open?.deadline ?? now, sealedAt: now, by };
}
