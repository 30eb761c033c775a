import type { FlushReason } from '../definition/flush-reason.ts';
import type { BufferKey } from './buffer-key.ts';

/** The record of a buffer that hands out slots. docs/decisions/0036 explains its times. */
export interface Head {
  /** Random, set when the head is born; part of its windows' job ids. */
  readonly epoch: string;
  /** Number of the open window, or of the next to be opened. */
  readonly window: number;
  /** The value of `next` at the start of that window. */
  readonly base: number;
  /** The next slot, counted since the beginning of the buffer. */
  readonly next: number;
  /** Set while items are open. */
  readonly open: OpenWindow | undefined;
  /** The flush marker: windows sealed and not yet known to be in SQS. */
  readonly pending: readonly SealedWindow[];
  /** When the ticker looks at this head; undefined while it has nothing open and nothing pending. */
  readonly dueAt: number | undefined;
  /** How many looks of the ticker in a row have changed nothing. */
  readonly fails: number;
}

/** How far the ticker has prolonged the records of open windows. The stored attributes are `keepAt` and `keptTo`. */
export interface TtlExtension {
  /** When the ticker prolongs records next. */
  readonly due: number;
  /**
   * The ticker has prolonged the records of all slots before this one. It is counted from the buffer's beginning, as
   * `next`.
   */
  readonly to: number;
}

/** The fields of an open window that never change. They are enough to seal it without reading the head. */
export interface WindowBounds {
  readonly epoch: string;
  readonly window: number;
  readonly base: number;
  readonly cap: number;
  readonly openedAt: number;
  readonly deadline: number;
}

/**
 * The open window of a head. Its times, what they mean, and who moves them:
 *
 * | time | meaning | moved by |
 * |---|---|---|
 * | `openedAt` | the first slot was taken | the reservation or the seal that opens the window |
 * | `deadline` | the window is due, `maxWaitMs` later | likewise; a writer or the ticker that knows a sooner one |
 * | `turn.at` | the throttle is expected to grant it a flush | the sealer that is refused a flush; a timer that finds none free; a process that gives one back before |
 * | `armAt` | the ticker arms the timer, as `deadline` or `turn.at` is further out than a message can be delayed; else equal to it | as `deadline` and `turn`; the ticker when it has armed the timer |
 * | `lastAt` | slots were last taken | each reservation |
 * | `ttl.due` | the ticker prolongs the window's records | the ticker |
 * | `Head.dueAt` | the ticker looks at the head: at `armAt` at the latest, or sooner where the time is a former window's or the batch is paused; within a minute of a seal while there is a marker | the reservation that opens a window, where there is none; a seal, to now, where it is more than a minute off; the clearing of a marker (`howToClear` in seals.ts); each look of the ticker |
 */
export interface OpenWindow {
  /** The maxSize that this window was opened with. */
  readonly cap: number;
  /** The maxWaitMs that this window was opened with. */
  readonly waitMs: number;
  readonly openedAt: number;
  readonly deadline: number;
  /** When the ticker arms the timer of a window that is further out than a message can be delayed. */
  readonly armAt: number;
  /** The reservation or seal that opened it, and that arms its timer. */
  readonly openedBy: string;
  /** Bytes of its items, counted where the definition has maxBytes. */
  readonly bytes: number;
  /** When slots were last taken. */
  readonly lastAt: number;
  /** How far the ticker has prolonged its records, and those of the windows that reservations have spilled over into. */
  readonly ttl: TtlExtension;
  /** The window's turn, where the throttle holds it back. */
  readonly turn: Turn | undefined;
}

/** A place in the line of a batch whose throttle has refused a window, while it waits for a flush. */
export interface Turn {
  /** When a flush is expected to be free for it: its timer fires then. */
  readonly at: number;
  /** Its place in the line. Windows with lower places are flushed first, whichever timer fires. */
  readonly place: number;
  /** The reason for its flush. */
  readonly reason: FlushReason;
}

/** A sealed window, as its marker has it. */
export interface SealedWindow {
  readonly window: number;
  /** Its slots, 0 … count−1. */
  readonly count: number;
  readonly reason: FlushReason;
  readonly openedAt: number;
  readonly deadline: number;
  readonly sealedAt: number;
  /** The seal that made the marker. */
  readonly sealedBy: string;
}

/** A sealed window together with the buffer and epoch that name it. */
export interface SealedWindowOf {
  readonly buffer: BufferKey;
  readonly epoch: string;
  readonly sealed: SealedWindow;
  /** The head as it was when the window was sealed, or as it was seen. */
  readonly head: Head;
}
