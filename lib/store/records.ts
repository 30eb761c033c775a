import type { FlushReason } from '../definition/flush-reason.ts';

/** Which buffer: the open items of one (definition, group, shard). */
export interface BufferKey {
  readonly batch: string;
  /** undefined where the definition has no `groupBy`; any string, also the empty one, is a group. */
  readonly group: string | undefined;
  readonly shard: number;
}

/** The one record per buffer that hands out slots. */
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
}

/** What stays the same of a window for as long as it is open: enough to seal it without reading the head. */
export interface WindowBounds {
  readonly epoch: string;
  readonly window: number;
  readonly base: number;
  readonly cap: number;
  readonly openedAt: number;
  readonly deadline: number;
}

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

/** A slot's record in a window: n ≥ 1 consecutive slots with their items, or a tombstone. */
export type SlotRecord = Chunk | Tombstone;

export interface Chunk {
  readonly kind: 'chunk';
  /** Its first slot, and so its key. */
  readonly slot: number;
  readonly slots: number;
  /** Slots of it that hold nothing, counted from its first; ascending. */
  readonly holes: readonly number[];
  /** The items of the other slots in order, as a JSON array. */
  readonly items: string;
}

export interface Tombstone {
  readonly kind: 'tombstone';
  readonly slot: number;
  readonly slots: number;
}

/** What a dedup marker says: which chunk, and which slot of the window, holds the key. */
export interface KeyHolder {
  readonly chunk: number;
  readonly slot: number;
}

export const JOB_STATUSES = ['waiting', 'active', 'completed', 'dead'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job as its record has it when it is put: everything that its window's marker tells. */
export interface NewJob {
  readonly id: string;
  readonly batch: string;
  readonly group: string | undefined;
  readonly count: number;
  readonly reason: FlushReason;
  /** When the first item was taken. */
  readonly createdAt: number;
  readonly deadline: number;
  readonly sealedAt: number;
}

/** A job's record. */
export interface Job extends NewJob {
  readonly status: JobStatus;
  /** Attempts begun. */
  readonly attempts: number;
  /** When it was last sent, claimed or released; a job not heard of for long is sent again. */
  readonly heardAt: number;
  /** When its window's records were given their full life, which is when they are put and now and then after. */
  readonly keptAt: number;
  /** While active: taken for dead when this has passed without renewal. */
  readonly lockedUntil: number | undefined;
  /** Which run holds the lock. */
  readonly claimedBy: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Items that the handler got; fewer than `count` where slots were fenced. */
  readonly items: number | undefined;
  readonly tags: readonly string[];
  /** Of the last attempt that failed. */
  readonly error: string | undefined;
}

/** A key in the due index: something that the ticker has to look at. */
export type DueEntry =
  | { readonly kind: 'head'; readonly buffer: BufferKey; readonly dueAt: number }
  | { readonly kind: 'job'; readonly id: string; readonly dueAt: number };
