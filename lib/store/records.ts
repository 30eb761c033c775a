import type { FlushReason } from '../definition/flush-reason.ts';
import type { AttemptOutcome, JobStatus } from '../definition/job-info.ts';
import type { DedupKeep } from '../definition/options.ts';

/** Names a buffer: the open items of one batch definition, group and shard. */
export interface BufferKey {
  readonly batch: string;
  /** undefined where the definition has no `groupBy`; any string, also the empty one, is a group. */
  readonly group: string | undefined;
  readonly shard: number;
}

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

/** A slot's record in a window: n ≥ 1 consecutive slots with their items, or a tombstone. */
export type SlotRecord = Chunk | Tombstone;

export interface Chunk {
  readonly kind: 'chunk';
  /** Its first slot, which is its key. */
  readonly slot: number;
  readonly slots: number;
  /** Slots of it that hold nothing, counted from its first; ascending. */
  readonly holes: readonly number[];
  /** The items of the other slots in order, as a JSON array. */
  readonly items: string;
  /**
   * The dedup keys that they were added with, in the same order, where they were: each as a hash, or as a token where
   * `keep` is present (lib/hashing/key-hash.ts).
   */
  readonly keys?: readonly string[];
  /**
   * Present where duplicates are decided at the flush: what becomes of an item of this chunk where an earlier slot of
   * the window has its key. `first`: it is dropped. `last`: the earlier one is dropped.
   */
  readonly keep?: DedupKeep;
  /** Traces in which they were added, where adds are traced. */
  readonly traces?: readonly string[];
}

export interface Tombstone {
  readonly kind: 'tombstone';
  readonly slot: number;
  readonly slots: number;
}

/** Where a dedup marker is unique: in a window, or in a group for as long as the key is remembered. */
export type KeyScope = { readonly job: string } | Pick<BufferKey, 'batch' | 'group'>;

/** The content of a dedup marker: the window, chunk and slot that hold the key. */
export interface KeyHolder {
  /** The window's job. */
  readonly job: string;
  readonly epoch: string;
  readonly window: number;
  readonly chunk: number;
  readonly slot: number;
  /** Until when it counts after its window has been sealed; undefined in a window's own scope. */
  readonly until: number | undefined;
  /**
   * The last window that the marker has named in each other buffer, by its head's epoch. The marker of a group's key
   * moves between buffers when a deployment changes `shards`.
   */
  readonly past?: Readonly<Record<string, number>>;
}

/** What an operator has asked of a batch. */
export interface Control {
  /** Nothing is flushed or run. */
  readonly paused: boolean;
  /** Nothing is taken either. */
  readonly ingestionPaused: boolean;
  /** When it was last changed, in ms since the epoch; undefined where an operator has never asked anything. */
  readonly since: number | undefined;
  readonly drain: DrainRecord | undefined;
}

/** Says whether a batch's jobs must not run. They run while it drains, although nothing more is flushed. */
export const holdsJobs = ({ paused, drain }: Control): boolean => paused && drain?.state !== 'draining';

/** A drain, under way or the last one. */
export interface DrainRecord {
  readonly id: string;
  readonly startedAt: number;
  /** When it gives up. */
  readonly until: number;
  readonly state: 'draining' | 'drained' | 'timed_out';
  readonly finishedAt?: number;
  /** Whether everything that was buffered at its beginning is sealed, and every parked job is sent. */
  readonly begun?: boolean;
  /** Jobs that its flush made. */
  readonly flushed: number;
  readonly completed?: number;
  readonly failed?: number;
  readonly dead?: number;
}

/** A new job, with the fields that follow from its window's marker. */
export interface NewJob {
  readonly id: string;
  readonly batch: string;
  readonly group: string | undefined;
  /** Where its window is in its buffer; undefined for a batch with `persist: false`. */
  readonly place: WindowPlace | undefined;
  readonly count: number;
  readonly reason: FlushReason;
  /** When the first item was taken. */
  readonly createdAt: number;
  readonly deadline: number;
  readonly sealedAt: number;
}

/** A window among those of its buffer. */
export interface WindowPlace {
  readonly shard: number;
  readonly epoch: string;
  readonly window: number;
}

/** An attempt that has ended. */
export interface AttemptRecord {
  readonly attempt: number;
  /** The number of the redrive that it followed; absent before the first. */
  readonly redrive?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly outcome: AttemptOutcome;
  readonly error?: ErrorRecord;
}

export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
}

/**
 * Why items of a job have failed. Errors that say the same are one, and so are equal stacks. It is of no use once an
 * older version, which does not write it, has ended a later attempt than `attempt`.
 */
export interface ItemErrorsRecord {
  /** The latest attempt that had ended when it was written, and the redrive that this attempt followed. */
  readonly attempt: number;
  readonly redrive: number;
  readonly stacks: readonly string[];
  readonly errors: readonly {
    readonly name: string;
    readonly message: string;
    /** Its place in `stacks`. */
    readonly stack?: number;
    /** The numbers of the items that failed with it last: `0-4,7`. */
    readonly items: string;
  }[];
  /** Failed items whose error did not fit. */
  readonly leftOut: number;
}

export interface ProgressRecord {
  readonly percent: number;
  readonly label?: string;
  readonly at: number;
}

/** The answer of beforeFlush for a window, from the first time that it returned. */
export interface PreparedRecord {
  /** The name under which the items that it has made are stored. Undefined where it only left items out. */
  readonly under?: string;
  /** How many there are: slots of that record, or items of the window that are kept. */
  readonly count: number;
  /** Which of the window's items it kept, a bit each; undefined where `under` says where the items are. */
  readonly kept?: Uint8Array;
}

/** How often SQS has given up the message of a job that no consumer claims, and since when. */
export interface Unclaimed {
  readonly count: number;
  readonly since: number;
}

/** A job's record. */
export interface Job extends NewJob {
  readonly status: JobStatus;
  /** Attempts begun. */
  readonly attempts: number;
  /** Attempts allowed, as the latest claim knew it. */
  readonly maxAttempts: number | undefined;
  /**
   * When its status changed last. The stored attribute is `heardAt`. The ticker sends a job again whose status stays
   * for long.
   */
  readonly statusChangedAt: number;
  /** How often the ticker has sent it again since then. */
  readonly resends: number;
  /** When the ticker prolongs its window's records next. The stored attribute is `keepAt`. */
  readonly ttlDue: number;
  /** While active: until when the lock lasts. A run that does not renew it counts as dead then. */
  readonly lockedUntil: number | undefined;
  /** Which run holds the lock. */
  readonly claimedBy: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** While retrying: when the next attempt may begin. */
  readonly notBefore: number | undefined;
  /** Items that the handler gets in all; fewer than `count` where slots were fenced or a hook filtered. */
  readonly items: number | undefined;
  /** Of the handler's items, those that are not done, a bit each; undefined while none is done. */
  readonly left: Uint8Array | undefined;
  /** Of the handler's items, those that are not to be tried again, a bit each. */
  readonly lost: Uint8Array | undefined;
  readonly prepared: PreparedRecord | undefined;
  /** Whether its items are in its message, until it is parked or has failed for good. */
  readonly inline: boolean;
  readonly progress: ProgressRecord | undefined;
  /** Attempts that have ended, the latest ones. */
  readonly runs: readonly AttemptRecord[];
  /** Of the last attempt that failed, or of the running one should it have timed out. */
  readonly error: ErrorRecord | undefined;
  /** Why items have failed that are not done; undefined where none has, and where an older version wrote the end. */
  readonly itemErrors: ItemErrorsRecord | undefined;
  /** The attempt that has timed out, while its handler has not returned. */
  readonly timedOut: number | undefined;
  /** JSON. */
  readonly result: string | undefined;
  readonly resultCut: { readonly bytes: number; readonly preview: string } | undefined;
  readonly tags: readonly string[];
  readonly redrives: number;
  /** How often SQS has given its message up since a consumer last claimed the job; undefined where it has not. */
  readonly unclaimed: Unclaimed | undefined;
  readonly hookErrors: number;
  /** How many calls of onDead have thrown, while a call is owed; undefined when none is owed. */
  readonly onDeadPending: number | undefined;
}

export const isEnded = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'dead';

/** An entry of the due index: a record that the ticker has to look at. */
export type DueEntry =
  | { readonly kind: 'head'; readonly buffer: BufferKey; readonly dueAt: number }
  | { readonly kind: 'job'; readonly id: string; readonly dueAt: number }
  | { readonly kind: 'control'; readonly batch: string; readonly dueAt: number };

/** A sealed window together with the buffer and epoch that name it. */
export interface SealedWindowOf {
  readonly buffer: BufferKey;
  readonly epoch: string;
  readonly sealed: SealedWindow;
  /** The head as it was when the window was sealed, or as it was seen. */
  readonly head: Head;
}
