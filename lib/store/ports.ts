import type { ActionStore } from './action-ports.ts';
import type { BufferKey } from './buffer-key.ts';
import type { Control, DrainRecord } from './control.ts';
import type { DueEntry } from './due-entry.ts';
import type { HeadScheduleStore, HeadStore, SealStore, TurnStore } from './head-ports.ts';
import type { JobStore } from './job-ports.ts';
import type { SlotStore } from './limit-ports.ts';
import type { DedupKeyStore, RetentionStore, WindowStore } from './window-ports.ts';

/** A partition of the due index. */
export interface IndexPartition {
  /** The partition's key. */
  readonly tick: number;
  /** The batch that it belongs to; absent for partitions in which earlier versions have put the records of all batches. */
  readonly batch?: string;
  /** How many partitions that batch has for one kind of record. */
  readonly parts?: number;
}

/** The sparse index by which the ticker finds everything that is buffered or sealed (invariant 5). */
export interface DueIndex {
  /**
   * Up to `limit` entries of all partitions, in no order.
   * @returns these, whether they are all, and how many of them each partition has
   */
  start(limit: number): Promise<{ entries: DueEntry[]; isAll: boolean; sizes: ReadonlyMap<number, number> }>;
  /** All partitions. Every entry of the index is in one of them. */
  partitions(): Promise<readonly IndexPartition[]>;
  /** Spreads a batch's new entries over more partitions, unless their number is no longer `seen`. */
  spreadOut(batch: string, seen: number, parts: number): Promise<void>;
  /**
   * Up to `limit` entries of one index partition whose time is at or before `until`, soonest first.
   * @param after the last entry of the page before
   */
  due(tick: number, until: number, limit: number, after?: DueEntry): Promise<DueEntry[]>;
  /** Up to `limit` entries of one index partition whose time is after `at`, soonest first. */
  beyond(tick: number, at: number, limit: number): Promise<DueEntry[]>;
  /**
   * The first `limit` buffers in a batch's line, in its order. What the index shows may be a moment old.
   */
  firstInLine(batch: string, limit: number): Promise<BufferKey[]>;
  /** The buffers of a batch that have an open window, or a marker. */
  buffersOf(batch: string): Promise<BufferKey[]>;
  /**
   * Some of the buffers of a batch that have an open window, or a marker, in no order.
   * @param most how many entries of the index are read, about
   * @returns these, and whether they are all
   */
  someBuffersOf(batch: string, most: number): Promise<{ buffers: BufferKey[]; isAll: boolean }>;
  /** Ends the ticker's looks at a resume, if the batch's control has not changed since. */
  endLook(batch: string, since: number): Promise<void>;
  /** The batches that have records, and whose definitions a ticker did not know. */
  removedBatches(): Promise<string[]>;
  noteRemoved(batch: string, at: number): Promise<void>;
  /** Removes a batch's note of `noteRemoved`. */
  forgetRemoved(batch: string): Promise<void>;
}

/** What operators have asked of a batch. */
export interface ControlStore {
  readControl(batch: string): Promise<Control>;
  /**
   * @param whileDraining a drain as it was read. Nothing is changed unless it is still under way and its record has not
   *   changed since. The new record gets the next version
   * @param unlessDraining changes nothing while any drain is under way
   * @param lookAt when the ticker looks at the drain or the resume that the change begins. A change without it ends the
   *   ticker's looks
   * @returns what is there now; undefined when nothing was changed
   */
  changeControl(
    batch: string,
    change: Partial<Control>,
    options?: {
      readonly whileDraining?: Pick<DrainRecord, 'id' | 'version'>;
      readonly unlessDraining?: boolean;
      readonly lookAt?: number;
    },
  ): Promise<Control | undefined>;
}

/** A lease that lapses by itself. It saves work, and no invariant depends on it. */
export interface LeaseStore {
  /** Takes or renews the lease. Returns false while another process's lease has not lapsed. */
  acquire(name: string, by: string, now: number, until: number): Promise<boolean>;
  release(name: string, by: string): Promise<void>;
}

/** Everything that a deployment stores. */
export interface Store {
  readonly heads: HeadStore;
  readonly windows: WindowStore;
  readonly dedupKeys: DedupKeyStore;
  readonly seals: SealStore;
  readonly turns: TurnStore;
  readonly headSchedules: HeadScheduleStore;
  readonly retention: RetentionStore;
  readonly jobs: JobStore;
  readonly index: DueIndex;
  readonly leases: LeaseStore;
  readonly controls: ControlStore;
  readonly slots: SlotStore;
  readonly actions: ActionStore;
  /**
   * How long after a write an index may still show what was before it, in milliseconds. A process that has to know of
   * everything that was written by a moment reads the index so long after that moment. 0 for a store without lag.
   */
  readonly indexLagMs: number;
}
