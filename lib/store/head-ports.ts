import type { FlushReason } from '../definition/flush-reason.ts';
import type { BufferKey, Head, Turn, WindowBounds } from './records.ts';

/** How a window is opened, should a reservation find none open. */
export interface Opening {
  readonly cap: number;
  readonly waitMs: number;
  readonly now: number;
  /** Names the reservation: it opened the window when the head says so. */
  readonly by: string;
  /** Whether the head has to stay, so that its windows keep their order for ever. */
  readonly ordered: boolean;
}

/** Heads: the atomic update that hands out slots, and reading. It is what adding needs. */
export interface HeadStore {
  /**
   * Takes `n` slots, unconditionally, opening a window if none is open.
   * @param bytes of the items, where they are counted; 0 otherwise
   * @returns the head after it
   */
  reserve(buffer: BufferKey, n: number, bytes: number, opening: Opening): Promise<Head>;
  /** The head, strongly consistent; undefined when the buffer has none. */
  readHead(buffer: BufferKey): Promise<Head | undefined>;
  /** The heads of these buffers, strongly consistent; absent ones are left out. */
  readHeads(buffers: readonly BufferKey[]): Promise<{ readonly buffer: BufferKey; readonly head: Head }[]>;
}

/** A seal, as it is written into the markers it makes. */
export interface Sealing {
  readonly reason: FlushReason;
  readonly now: number;
  readonly by: string;
}

/** A window as it was seen, with when the ticker looks at its head, where that is known. */
export type SeenWindow = WindowBounds & { readonly dueAt?: number | undefined };

export interface SealResult {
  readonly applied: boolean;
  readonly head: Head | undefined;
}

/** The atomic updates that move the windows of heads on. All are single-item. */
export interface SealStore {
  /**
   * Seal, case A: the whole open window, if it is still that window and has at most `cap` slots.
   * @returns whether it was applied, and the head after it (or as it stands, undefined if there is none)
   */
  sealOpen(buffer: BufferKey, window: SeenWindow, sealing: Sealing): Promise<SealResult>;
  /**
   * Seal, case B: the first `windows` windows, all of them full, of more than `cap` open slots.
   * @param cap what the window that is left open is to have as its `cap`. It is given only while all slots that were
   *   taken are in this window by the old one and by the new one alike; else the window keeps the old one
   */
  sealFull(
    buffer: BufferKey,
    head: Head,
    windows: number,
    sealing: Sealing,
    cap?: number,
  ): Promise<SealResult>;
  /**
   * Removes the marker of a window that is known to be in SQS; harmless when it is gone.
   * @param seen the head as it was seen last, which tells what is likely to be right
   */
  clearMarker(buffer: BufferKey, epoch: string, window: number, now: number, seen?: Head): Promise<void>;
}

/** The turns of throttled windows in their batch's line. */
export interface TurnStore {
  /**
   * Gives an open window a turn in its batch's line, or another one than it was seen with.
   * @param lookAt when the ticker looks at it
   * @returns whether it was applied, and the head after it, or as it stands
   */
  giveTurn(buffer: BufferKey, seen: Head, turn: Turn, lookAt: number): Promise<SealResult>;
  /** Takes a head out of the line which a version that knows no turns has sealed. Changes nothing of a window that waits. */
  leaveLine(buffer: BufferKey): Promise<void>;
}

/** When the open windows of heads are due, and when the ticker looks at them. */
export interface HeadScheduleStore {
  /**
   * Has an open window begin to wait now, if it still is the open one and its deadline is what was seen.
   * @param by is its opener from then on
   * @returns the head after it; undefined when it was refused
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
   * Has the ticker look at a head again after a look that changed nothing, if nobody has moved it on meanwhile, and
   * counts the look in `fails`.
   */
  putOff(buffer: BufferKey, seen: Head, dueAt: number): Promise<void>;
}
