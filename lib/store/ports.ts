import type { FlushReason } from '../definition/flush-reason.ts';
import type { JobStore } from './job-ports.ts';
import type {
  BufferKey,
  Chunk,
  Control,
  DueEntry,
  Head,
  Kept,
  KeyHolder,
  KeyScope,
  NewJob,
  SealedWindow,
  SlotRecord,
  Tombstone,
  Turn,
  WindowBounds,
} from './records.ts';

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

/** A seal, as it is written into the markers it makes. */
export interface Sealing {
  readonly reason: FlushReason;
  readonly now: number;
  readonly by: string;
}

/** Heads: the atomic updates that hand out slots and move windows on. All are single-item. */
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
  /**
   * Seal, case A: the whole open window, if it is still that window and has at most `cap` slots.
   * @returns whether it was applied, and the head after it (or as it stands, undefined if there is none)
   */
  sealOpen(buffer: BufferKey, window: WindowBounds, sealing: Sealing): Promise<SealResult>;
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
  /** Removes the marker of a window that is known to be in SQS; harmless when it is gone. */
  clearMarker(buffer: BufferKey, epoch: string, window: number, now: number): Promise<void>;
  /**
   * Has an open window begin to wait now, if it still is the open one and its deadline is what was seen.
   * @param by is its opener from then on
   * @returns the head after it; undefined when it was refused
   */
  pullIn(buffer: BufferKey, seen: Head, now: number, by: string): Promise<Head | undefined>;
  /** Puts the head back in the index at its open window's deadline, or its turn, when its timer has been armed. */
  setArmed(buffer: BufferKey, head: Head): Promise<void>;
  /**
   * Gives an open window a turn in its batch's line, or another one than it was seen with.
   * @param lookAt when the ticker looks at it
   * @returns whether it was applied, and the head after it, or as it stands
   */
  giveTurn(buffer: BufferKey, seen: Head, turn: Turn, lookAt: number): Promise<SealResult>;
  /** Takes a head out of the line which a version that knows no turns has sealed. Changes nothing of a window that waits. */
  leaveLine(buffer: BufferKey): Promise<void>;
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
  /** Writes down how far the records of a head's open windows have been given a longer life. */
  setKept(buffer: BufferKey, seen: Head, kept: Kept): Promise<void>;
}

export interface SealResult {
  readonly applied: boolean;
  readonly head: Head | undefined;
}

/** Windows: chunks, tombstones and dedup markers; a window's partition is its job's. */
export interface WindowStore {
  /**
   * Puts a chunk where nothing is yet.
   * @returns `landed`, also when that same chunk was there already; `fenced` when a tombstone is
   */
  putChunk(job: string, chunk: Chunk): Promise<'landed' | 'fenced'>;
  /**
   * Puts a tombstone where nothing is yet.
   * @returns what is there now: that tombstone or another, or the chunk that won
   */
  putTombstone(job: string, tombstone: Tombstone): Promise<SlotRecord>;
  /** The records whose keys are in from … to, ascending, strongly consistent. */
  readSlots(job: string, from: number, to: number): Promise<SlotRecord[]>;
  /** The record at each of these keys, strongly consistent; absent ones are left out. */
  readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>>;
  /**
   * Puts a dedup marker where none is yet.
   * @returns the marker that is there now: this one or another
   */
  putKey(scope: KeyScope, key: string, holder: KeyHolder): Promise<KeyHolder>;
  /** The dedup markers of these keys, strongly consistent; absent ones are left out. */
  readKeys(scope: KeyScope, keys: readonly string[]): Promise<Map<string, KeyHolder>>;
  /**
   * Turns a marker from one holder to another, if it is still that one's.
   * @returns the marker that is there now; undefined when there is none
   */
  takeOverKey(scope: KeyScope, key: string, from: KeyHolder, to: KeyHolder): Promise<KeyHolder | undefined>;
  /**
   * Gives the records in slots from … to that expire at or before `past` a life until `until`.
   * @returns all records there, in their order
   */
  keepSlots(job: string, from: number, to: number, past: number, until: number): Promise<KeptSlot[]>;
  /** Gives the dedup markers with these hashes a life until `until`, as far as they name the window of this job. */
  prolongKeys(scope: KeyScope, hashes: readonly string[], job: string, until: number): Promise<void>;
  /**
   * Gives all records of a window their full life again, or a longer one.
   * @param until ms since the epoch. Default: the life that they are put with
   */
  prolong(job: string, until?: number): Promise<void>;
  /** Empties a window's chunks. The slots stay taken, so that no writer can come late. */
  erase(job: string): Promise<void>;
}

/** A record of a window, and how long it lives. */
export interface KeptSlot {
  readonly slot: number;
  readonly slots: number;
  /** In ms since the epoch. */
  readonly expires: number;
  /** Whether it was just given a longer life. */
  readonly isProlonged: boolean;
  /** Hashes of its dedup keys. */
  readonly hashes: readonly string[];
}

/** The sparse index by which the ticker finds whatever is buffered or sealed. */
export interface DueIndex {
  /**
   * Up to `limit` entries of one index partition whose time is at or before `until`, soonest first.
   * @param after the last entry of the page before
   */
  due(tick: number, until: number, limit: number, after?: DueEntry): Promise<DueEntry[]>;
  /** Up to `limit` entries of one index partition whose time is after `at`, soonest first. */
  beyond(tick: number, at: number, limit: number): Promise<DueEntry[]>;
  /**
   * The first buffers in a batch's line, about `limit` of them, in no order. What the index shows may be a moment old.
   */
  firstInLine(batch: string, limit: number): Promise<BufferKey[]>;
  /** The buffers of a batch that have anything open or sealed and not published; costs a look at all batches'. */
  buffersOf(batch: string): Promise<BufferKey[]>;
  /** Ends the ticker's looking at a resume, if nothing was changed since. */
  endLook(batch: string, since: number): Promise<void>;
  /** The batches of which something is left, and whose definitions the ticker has not known. */
  removedBatches(): Promise<string[]>;
  noteRemoved(batch: string, at: number): Promise<void>;
  /** Ends what `noteRemoved` began. */
  forgetRemoved(batch: string): Promise<void>;
}

/** Which slots: those of a batch's flushes, or the permits of a batch or of one group of it. */
export interface SlotScope {
  readonly kind: 'flush' | 'permit';
  readonly batch: string;
  /** For the only permit of an ordered batch's group; `null` for a batch without groups. Absent: the whole batch's. */
  readonly group?: string | null;
}

/** One numbered slot of a limit. */
export interface Slot {
  readonly index: number;
  /** The run or the grant that took it last; undefined when it was never taken, or given back. */
  readonly by: string | undefined;
  /** From when on it may be taken again, in ms since the epoch; 0 for a slot that nobody has. */
  readonly freeAt: number;
  /** Until when turns are booked on it, in ms since the epoch; 0 where none ever was. */
  readonly bookedUntil: number;
}

/**
 * Numbered slots that lapse by themselves, for throttles and for permits. Each is changed by conditional updates of its
 * own attributes alone, so that those who change different slots never disturb each other.
 */
export interface SlotStore {
  /** Slots `0 … count − 1`, and those beyond that share a record with them and were taken; strongly consistent. */
  readSlots(scope: SlotScope, count: number): Promise<Slot[]>;
  /**
   * Takes a slot, if it is free at `now` or `by` has it already: a repetition after a lost answer is recognised.
   * @param until from when on the next may take it
   * @param unbooked only if no turn is booked on it that is still to come
   * @param whenSeen instead of whether it is free: only if its `freeAt` is still this one
   */
  take(
    scope: SlotScope,
    index: number,
    taking: {
      readonly by: string;
      readonly now: number;
      readonly until: number;
      readonly unbooked?: boolean;
      readonly whenSeen?: number;
    },
  ): Promise<'taken' | 'occupied'>;
  /** Moves the end of a slot that `by` has; `occupied` when it is another's by now, or nobody's. */
  renew(scope: SlotScope, index: number, by: string, until: number): Promise<'renewed' | 'occupied'>;
  /**
   * Gives a slot back, if `by` has it still; any number of times.
   * @param freeAt since when or from when on it is free then. Default: it is free
   */
  giveBack(scope: SlotScope, index: number, by: string, freeAt?: number): Promise<void>;
  /** Changes when a slot is free, if it still is as it was seen. */
  correct(scope: SlotScope, seen: Slot, freeAt: number): Promise<void>;
  /**
   * Books a turn on a slot, behind those that are booked on it.
   * @param from when the first turn may be where none is booked
   * @param duration what a turn takes, in ms
   * @param whenSeen only if its `bookedUntil` is still this one
   * @returns when the turn is; undefined when others booked it just now, and it is to be tried again
   */
  book(
    scope: SlotScope,
    index: number,
    booking: { readonly from: number; readonly duration: number; readonly whenSeen?: number },
  ): Promise<number | undefined>;
}

/** What operators have asked of a batch. */
export interface ControlStore {
  readControl(batch: string): Promise<Control>;
  /**
   * @param whileDraining changes nothing unless the drain of this id is still under way
   * @param unlessDraining changes nothing while any drain is under way
   * @param lookAt when the ticker looks at the drain or the resume that the change begins; a change without ends its
   *   looking
   * @returns what is there now; undefined when nothing was changed
   */
  changeControl(
    batch: string,
    change: Partial<Control>,
    options?: {
      readonly whileDraining?: string;
      readonly unlessDraining?: boolean;
      readonly lookAt?: number;
    },
  ): Promise<Control | undefined>;
}

/** A lease that lapses by itself: it spares work, and no invariant hangs on it. */
export interface LeaseStore {
  /** Takes or prolongs the lease; false while somebody else's has not lapsed. */
  acquire(name: string, by: string, now: number, until: number): Promise<boolean>;
  release(name: string, by: string): Promise<void>;
}

/** All that a deployment stores. */
export interface Store {
  readonly heads: HeadStore;
  readonly windows: WindowStore;
  readonly jobs: JobStore;
  readonly index: DueIndex;
  readonly leases: LeaseStore;
  readonly controls: ControlStore;
  readonly slots: SlotStore;
}

/** A job's message: a pointer, or for `persist: false` the whole batch. */
export type JobMessage = PointerMessage | InlineMessage;

export interface PointerMessage {
  readonly job: string;
  /** It wakes the dead letter function to call onDead, and says nothing of a job that has been redriven since. */
  readonly onDead?: boolean;
}

export interface InlineMessage {
  readonly job: string;
  readonly inline: NewJob;
  /** Packed. */
  readonly items: string;
  /** Which traces they were added in, where adds are traced. */
  readonly traces?: readonly string[];
}

/** A window's timer. */
export interface TimerMessage extends WindowBounds {
  readonly buffer: BufferKey;
  /** When it is to fire: the deadline, or sooner for `quietMs`, or later for a throttled window. */
  readonly fireAt: number;
}

/** The queues. At least once, in any order, now and then lost: nothing depends on more. */
export interface Queues {
  sendJob(batch: string, message: JobMessage): Promise<void>;
  /** @param delaySeconds 0 … 900 */
  sendTimer(message: TimerMessage, delaySeconds: number): Promise<void>;
  /** To the dead letter queue, for a job whose end has to be told. */
  sendDead(batch: string, message: JobMessage): Promise<void>;
  /** Makes a received message come back after so many seconds, counted from now; 0 … 43,200. */
  setVisibility(queue: 'jobs' | 'dead', batch: string, receiptHandle: string, seconds: number): Promise<void>;
}

/** A sealed window together with the buffer and epoch that name it. */
export interface SealedWindowOf {
  readonly buffer: BufferKey;
  readonly epoch: string;
  readonly sealed: SealedWindow;
}
