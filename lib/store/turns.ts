import type { BufferKey } from './buffer-key.ts';
import type { Head, Turn } from './head.ts';
import type { SealResult, TurnStore } from './head-ports.ts';
import { toHead } from './head-record.ts';
import { lineKey } from './index-keys.ts';
import { headKey } from './keys.ts';
import type { Table } from './table-port.ts';

/** The attributes that a window has while the throttle holds it back. */
export const TURN = '#turnAt, #turnPlace, #turnReason, #turnWindow, #list, #listAt';
/** Tries of the alternating conditions. One applies within a few tries, unless others keep changing the head. */
const TRIES = 20;

/** The turns of throttled windows, in their heads in a table. */
export class Turns implements TurnStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
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
    // A marker has to be looked at sooner. When the last one is cleared, the entry goes back to armAt.
    let marked = seen.pending.length > 0;
    for (let tries = 0; ; tries++) {
      const { applied, record } = await this.#table.update(key, {
        update: marked ? update : `${update}, #dueAt = :lookAt`,
        condition: `${open} AND size(#pending) ${marked ? '>' : '='} :zero`,
        values,
      });
      const head = record && toHead(record);
      const hasMarkers = head !== undefined && head.pending.length > 0;
      // It was refused because it had been applied: the answer to the first request was lost.
      const had = head?.window === seen.window && head.open?.turn?.at === turn.at;
      if (applied || had || tries === TRIES || hasMarkers === marked) {
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
}
