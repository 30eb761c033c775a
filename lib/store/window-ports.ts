import type { BufferKey } from './buffer-key.ts';
import type { Head, TtlExtension } from './head.ts';
import type { KeyHolder, KeyScope } from './key-holder.ts';
import type { Chunk, SlotRecord, Tombstone } from './slot-record.ts';

/** Chunks and tombstones of windows. A window and its job have one partition. */
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
  /**
   * One page of them: up to `limit` records and about 1 MB, each with when it was put, in ms since the epoch, where that
   * is known. Only `isLast` says that there are no more.
   */
  readPage(job: string, from: number, to: number, limit: number): Promise<SlotPage>;
  /** The record at each of these keys, strongly consistent; absent ones are left out. */
  readRecords(job: string, slots: readonly number[]): Promise<Map<number, SlotRecord>>;
}

export interface SlotPage {
  readonly slots: readonly { readonly record: SlotRecord; readonly putAt: number | undefined }[];
  readonly isLast: boolean;
}

/** Dedup markers. A marker names the chunk and slot that hold a key. */
export interface DedupKeyStore {
  /**
   * Puts a dedup marker where none is yet.
   * @returns the marker that is there now: this one or another
   */
  putKey(scope: KeyScope, key: string, holder: KeyHolder): Promise<KeyHolder>;
  /** The dedup markers of these keys, strongly consistent; absent ones are left out. */
  readKeys(scope: KeyScope, keys: readonly string[]): Promise<Map<string, KeyHolder>>;
  /**
   * Moves a marker from one holder to another, if it still names the first one.
   * @returns the marker that is there now; undefined when there is none
   */
  takeOverKey(scope: KeyScope, key: string, from: KeyHolder, to: KeyHolder): Promise<KeyHolder | undefined>;
}

/** How long the records of windows live. */
export interface RetentionStore {
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
  /** Writes down how far the records of a head's open windows have been given a longer life. */
  setTtl(buffer: BufferKey, seen: Head, extension: TtlExtension): Promise<void>;
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
