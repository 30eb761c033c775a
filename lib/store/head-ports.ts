import type { FlushReason } from '../definition/flush-reason.ts';
import type { BufferKey } from './buffer-key.ts';
import type { Head, Turn, WindowBounds } from './head.ts';

/** How a window is opened, should a reservation find none open. */
export interface Opening {
  readonly cap: number;
  readonly waitMs: number;
  readonly now: number;
  /** Names the reservation. It has opened the window if the head's `openedBy` is this name. */
  readonly by: string;
  /** Whether the head must not expire while it is idle, so that the windows of an ordered batch keep their order. */
  readonly ordered: boolean;
}

/** The atomic update that hands out slots, and the reads of heads. Adding needs no more. */
export interface HeadStore {
  /**
   * Takes `n` slots without a condition, and opens a window if none is open.
   * @param bytes bytes of the items, where they are counted; 0 otherwise
   * @returns the head after the update
   */
  reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head>;
  /**
   * The head; undefined when the buffer has none.
   * @param consistency `eventual`: as it was a moment ago, for half the price. Default: as it is
   */
  readHead(buffer: BufferKey, consistency?: 'eventual'): Promise<Head | undefined>;
  /** The heads of these buffers, strongly consistent; absent ones are left out. */
  readHeads(buffers: readonly BufferKey[]): Promise<{ readonly buffer: BufferKey; readonly head: Head }[]>;
}

/** A seal, as its markers store it. */
export interface Sealing {
  readonly reason: FlushReason;
  readonly now: number;
  readonly by: string;
}

/** A window as it was read, with the time of the ticker's next look at its head, where that is known. */
export type SeenWindow = WindowBounds & { readonly dueAt?: number | undefined };

export interface SealResult {
  readonly applied: boolean;
  readonly head: Head | undefined;
}

/** The atomic updates that seal windows and clear markers. Each changes one record. */
export interface SealStore {
  /**
   * Seals the whole open window (case A), if it is still that window and has at most `cap` slots.
   * @returns whether the update was applied, and the head as it is now; undefined if there is none
   */
  sealOpen(buffer: BufferKey, window: SeenWindow, sealing: Sealing): Promise<SealResult>;
  /**
   * Seals the first `windows` windows (case B). It applies if all of them are full and at least one slot is taken behind
   * them.
   * @param cap the new `cap` of the window that stays open. It gets the new `cap` only if all slots that were taken are in
   *   this window by the old `cap` and by the new one alike. Otherwise it keeps the old one
   */
  sealFull(
    buffer: BufferKey,
    head: Head,
    windows: number,
    sealing: Sealing,
    cap?: number,
  ): Promise<SealResult>;
  /**
   * Removes the markers of windows whose jobs are known to be in SQS, with one update. It is harmless when markers are
   * gone.
   * @param windows one to ten; the bound keeps the expression small
   * @param seen the head as it was last read. It decides which condition is tried first
   * @returns the head as the last update has left or met it; undefined if there is none
   */
  clearMarkers(
    buffer: BufferKey,
    epoch: string,
    windows: readonly number[],
    now: number,
    seen?: Head,
  ): Promise<Head | undefined>;
}

/** The turns of throttled windows in their batch's line. */
export interface TurnStore {
  /**
   * Gives an open window a turn in its batch's line, or another turn, if its turn has not changed since it was read.
   * @param lookAt when the ticker looks at the window, in ms since the epoch
   * @returns whether the update was applied, and the head as it is now
   */
  giveTurn(buffer: BufferKey, seen: Head, turn: Turn, lookAt: number): Promise<SealResult>;
  /**
   * Takes a head out of the line if its window does not wait any more. An older version without turns may have sealed
   * it.
   */
  leaveLine(buffer: BufferKey): Promise<void>;
}

/** When the open windows of heads are due, and when the ticker looks at them. */
export interface HeadScheduleStore {
  /**
   * Sets an open window's deadline to `maxWaitMs` from now, if the window and its deadline are still as they were read.
   * @param by counts as the window's opener from then on
   * @returns the head after the update; undefined when it was refused
   */
  pullIn(buffer: BufferKey, seen: Head, now: number, by: string): Promise<Head | undefined>;
  /** Puts the head back in the index at its open window's deadline, or its turn, when its timer has been armed. */
  setArmed(buffer: BufferKey, head: Head): Promise<void>;
  /**
   * Has the ticker look at an open window at another time, and at the latest a day from now (`LOOK_EVERY_MS`), if the
   * head has no marker to be looked at.
   */
  lookAgain(buffer: BufferKey, head: Head, dueAt: number): Promise<void>;
  /**
   * Has the ticker look at a head again later after a look that changed nothing, unless its entry has moved meanwhile. It
   * counts the look in `fails`.
   */
  putOff(buffer: BufferKey, seen: Head, dueAt: number): Promise<void>;
}
