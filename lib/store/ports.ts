import type { FlushReason } from '../definition/flush-reason.ts';
import type {
  BufferKey,
  Chunk,
  DueEntry,
  Head,
  Job,
  KeyHolder,
  NewJob,
  SealedWindow,
  SlotRecord,
  Tombstone,
  WindowBounds,
} from './records.ts';

/** How a window is opened, should a reservation find none open. */
export interface Opening {
  readonly cap: number;
  readonly waitMs: number;
  readonly now: number;
  /** Names the reservation: it opened the window when the head says so. */
  readonly by: string;
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
  /**
   * Seal, case A: the whole open window, if it is still that window and has at most `cap` slots.
   * @returns whether it was applied, and the head after it (or as it stands, undefined if there is none)
   */
  sealOpen(buffer: BufferKey, window: WindowBounds, sealing: Sealing): Promise<SealResult>;
  /** Seal, case B: the first `windows` windows, all of them full, of more than `cap` open slots. */
  sealFull(buffer: BufferKey, head: Head, windows: number, sealing: Sealing): Promise<SealResult>;
  /** Removes the marker of a window that is known to be in SQS; harmless when it is gone. */
  clearMarker(buffer: BufferKey, epoch: string, window: number, now: number): Promise<void>;
  /** Puts the head back in the index at its open window's deadline, when its timer has been armed. */
  setArmed(buffer: BufferKey, head: Head): Promise<void>;
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
   * @returns the marker that is there now: this one or the rival's
   */
  putKey(job: string, key: string, holder: KeyHolder): Promise<KeyHolder>;
  /** The dedup markers of these keys, strongly consistent; absent ones are left out. */
  readKeys(job: string, keys: readonly string[]): Promise<Map<string, KeyHolder>>;
  /** Gives all records of a window their full life again. */
  prolong(job: string): Promise<void>;
  /** Turns a marker from the dead chunk to `to`; false when it names neither. */
  takeOverKey(job: string, key: string, deadChunk: number, to: KeyHolder): Promise<boolean>;
}

/** A run of a job: who claims it, until when, and from when on others may. */
export interface Claim {
  readonly by: string;
  readonly now: number;
  readonly lockedUntil: number;
  readonly tags: readonly string[];
}

/** What a claim met. */
export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly job: Job }
  | { readonly outcome: 'busy'; readonly job: Job }
  | { readonly outcome: 'finished'; readonly job: Job }
  | { readonly outcome: 'missing' };

export interface JobStore {
  /** Puts a waiting job, in the due index, unless its record exists. */
  putJob(job: NewJob, lookAt: number): Promise<void>;
  readJob(id: string): Promise<Job | undefined>;
  /**
   * Takes the job's lock and begins an attempt, if it is neither finished nor locked.
   * @param orCreate what the record is made of where there is none: a job whose message carries its items
   */
  claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult>;
  /** Renews the lock; false when it is no longer this run's. */
  renew(id: string, by: string, lockedUntil: number): Promise<boolean>;
  /** Ends the run that holds the lock: completed. False when the lock is no longer this run's. */
  complete(id: string, by: string, now: number, items: number): Promise<boolean>;
  /** Ends the run that holds the lock: the attempt failed, the job waits for its next delivery. */
  release(id: string, by: string, now: number, error: string): Promise<boolean>;
  /** The job has failed for good; kept, with its items, until retention. False when it is finished or running. */
  bury(id: string, now: number, error: string): Promise<boolean>;
  /**
   * Moves an unfinished job on in the due index.
   * @param keptAt when its window was last given its full life again, if that is now
   */
  lookAgain(id: string, dueAt: number, keptAt?: number): Promise<void>;
}

/** The sparse index by which the ticker finds whatever is buffered or sealed. */
export interface DueIndex {
  /** Up to `limit` entries of one index partition whose time is at or before `until`, soonest first. */
  due(tick: number, until: number, limit: number): Promise<DueEntry[]>;
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
}

/** A job's message: a pointer, or for `persist: false` the whole batch. */
export type JobMessage =
  | { readonly job: string }
  | { readonly job: string; readonly inline: NewJob; readonly items: string };

/** A window's timer. */
export interface TimerMessage extends WindowBounds {
  readonly buffer: BufferKey;
}

/** The queues. At least once, in any order, now and then lost: nothing depends on more. */
export interface Queues {
  sendJob(batch: string, message: JobMessage): Promise<void>;
  /** @param delaySeconds 0 … 900 */
  sendTimer(message: TimerMessage, delaySeconds: number): Promise<void>;
  /** Makes a received job message come back after so many seconds, counted from now; 0 … 43,200. */
  setVisibility(batch: string, receiptHandle: string, seconds: number): Promise<void>;
}

/** A sealed window together with the buffer and epoch that name it. */
export interface SealedWindowOf {
  readonly buffer: BufferKey;
  readonly epoch: string;
  readonly sealed: SealedWindow;
}
