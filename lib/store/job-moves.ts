import type { JobStatus } from '../definition/job-info.ts';

/**
 * A change of a job's record: from which states to which, and which attributes it writes. The comment of each says who makes
 * it, and when. It is a comment, and no field, since each producer's bundle has this table.
 */
export interface JobMove {
  /** The states that it is made in; none: where there is no record. */
  readonly from: readonly JobStatus[];
  /** The states that it leads to. */
  readonly to: readonly JobStatus[];
  /**
   * `ours`: the run that makes the change holds the job's lock. `free`: no run holds it, or it has lapsed. `any`: the lock
   * does not matter.
   */
  readonly lock: 'ours' | 'free' | 'any';
  /** Whether a call of onDead has to be owed, or must not be. Default: either. */
  readonly onDead?: 'owed' | 'not owed';
  readonly writes: readonly string[];
}

const UNFINISHED = ['waiting', 'active', 'retrying', 'parked'] as const;
const ENDED = ['completed', 'failed', 'dead'] as const;

/** The attributes that follow from a job's window, and its partition of the due index. */
const FACTS = [
  ...['id', 'batch', 'group', 'shard', 'epoch', 'window', 'count', 'reason'],
  ...['createdAt', 'deadline', 'sealedAt', 'inline', 'tick'],
] as const;

/** One of these attributes. */
export type JobFact = (typeof FACTS)[number];

/** The attributes that an end (`endOf` in lib/jobs) sets or clears. */
const END = [
  ...['status', 'attempts', 'runs', 'items', 'left', 'lost', 'error', 'result', 'resultCut', 'progress'],
  ...['itemErrors', 'notBefore', 'heardAt', 'finishedAt', 'expires', 'shownUntil', 'lockedUntil', 'timedOut'],
  ...['onDeadPending', 'tick', 'dueAt', 'list', 'listAt'],
] as const;

/**
 * The state machine of a job: every change that a job's record goes through. The store makes its conditions from this
 * table, and the compiler checks that a move writes nothing else. docs/job-states.md shows it.
 */
export const JOB_MOVES = {
  /** By: the sealer, or the ticker for it. When: its window is sealed. */
  publish: {
    from: [],
    to: ['waiting'],
    lock: 'any',
    writes: [...FACTS, 'status', 'attempts', 'heardAt', 'dueAt'],
  },
  /** By: a consumer. When: its message comes, its next attempt is due, and an attempt is left. */
  claim: {
    from: UNFINISHED,
    to: ['active'],
    lock: 'free',
    writes: [
      ...FACTS,
      ...(['list', 'listAt'] as const),
      ...(['status', 'claimedBy', 'lockedUntil', 'startedAt', 'heardAt', 'tags'] as const),
      ...([
        'maxAttempts',
        'resends',
        'attempts',
        'notBefore',
        'progress',
        'unclaimed',
        'unclaimedSince',
      ] as const),
    ],
  },
  /** By: the run. When: every heartbeatMs, at progress, and when the attempt times out. */
  renew: {
    from: ['active'],
    to: ['active'],
    lock: 'ours',
    writes: ['lockedUntil', 'progress', 'timedOut', 'error'],
  },
  /** By: the run. When: beforeFlush has answered. */
  prepare: {
    from: ['active'],
    to: ['active'],
    lock: 'ours',
    writes: ['prepared', 'keepAt'],
  },
  /** By: the run. When: its handler has returned or thrown, or its items could not be reached. */
  end: {
    from: ['active'],
    to: ['retrying', 'completed', 'failed', 'dead'],
    lock: 'ours',
    writes: END,
  },
  /**
   * By: a consumer, or the dead letter function. When: the last attempt died, no consumer takes the job up,
   * or its items cannot be read.
   */
  close: {
    from: UNFINISHED,
    to: ['failed', 'dead'],
    lock: 'free',
    writes: [...END, 'claimedBy'],
  },
  /** By: a consumer. When: its message comes while the batch is paused. */
  park: {
    from: UNFINISHED,
    to: ['parked'],
    lock: 'free',
    writes: ['status', 'heardAt'],
  },
  /** By: an operator. When: asked for. */
  redrive: {
    from: ['failed', 'dead'],
    to: ['waiting'],
    lock: 'any',
    onDead: 'not owed',
    writes: [...END, 'claimedBy', 'redrives', 'resends', 'keepAt', 'inline', 'unclaimed', 'unclaimedSince'],
  },
  /** By: the dead letter function. When: it is about to call onDead. */
  claimOnDead: {
    from: ['dead'],
    to: ['dead'],
    lock: 'free',
    onDead: 'owed',
    writes: ['claimedBy', 'lockedUntil'],
  },
  /** By: the dead letter function. When: onDead has returned or thrown. */
  endOnDead: {
    from: ['dead'],
    to: ['dead'],
    lock: 'ours',
    onDead: 'owed',
    writes: ['lockedUntil', 'onDeadPending', 'dueAt', 'expires', 'shownUntil'],
  },
  /** By: the ticker. When: it has looked at the job, or sent it again. */
  lookAgain: {
    from: UNFINISHED,
    to: UNFINISHED,
    lock: 'any',
    writes: ['dueAt', 'resends'],
  },
  /**
   * By: a consumer, or the dead letter function. When: it has stored the items that only the job’s message
   * had.
   */
  markStored: {
    from: UNFINISHED,
    to: UNFINISHED,
    lock: 'any',
    writes: ['inline', 'dueAt', 'list', 'listAt'],
  },
  /** By: the ticker. When: it has looked at the life of the job’s items. */
  keep: {
    from: UNFINISHED,
    to: UNFINISHED,
    lock: 'any',
    writes: ['keepAt', 'expires'],
  },
  /** By: the ticker. When: it has looked at the life of the items of a dead job whose onDead is owed. */
  keepForOnDead: {
    from: ['dead'],
    to: ['dead'],
    lock: 'any',
    onDead: 'owed',
    writes: ['keepAt', 'expires'],
  },
  /** By: the ticker. When: it has looked at a dead job whose onDead is owed, or sent it again. */
  lookAtOnDead: {
    from: ['dead'],
    to: ['dead'],
    lock: 'any',
    onDead: 'owed',
    writes: ['dueAt', 'resends'],
  },
  /** By: the dead letter function. When: SQS gave its message up although an attempt is left. */
  countUnclaimed: {
    from: UNFINISHED,
    to: UNFINISHED,
    lock: 'free',
    writes: ['unclaimed', 'unclaimedSince'],
  },
  /** By: an operator. When: asked for; from here on the job is not redriven, and no onDead is owed. */
  beginPurge: {
    from: ENDED,
    to: ENDED,
    lock: 'any',
    writes: ['purging', 'onDeadPending', 'dueAt', 'expires'],
  },
  /** By: an operator. When: the content of its items is deleted; from here on the record is hidden. */
  purge: {
    from: ENDED,
    to: ENDED,
    lock: 'any',
    writes: [
      ...(['expires', 'shownUntil', 'list', 'listAt', 'group', 'tags', 'progress'] as const),
      ...(['result', 'resultCut', 'error', 'itemErrors', 'runs'] as const),
    ],
  },
} as const satisfies Readonly<Record<string, JobMove>>;

export type JobMoveName = keyof typeof JOB_MOVES;

/** The attributes that a move may write. */
export type WrittenBy<M extends JobMoveName> = (typeof JOB_MOVES)[M]['writes'][number];

const LOCK = {
  ours: ['#claimedBy = :by'],
  free: ['(attribute_not_exists(#lockedUntil) OR #lockedUntil < :now)'],
  any: [],
} as const;

/** The condition on which the store applies a move to a record that exists. */
export function conditionOf(name: JobMoveName): string {
  const { from, lock, onDead }: JobMove = JOB_MOVES[name];
  return [
    `#status IN (${from.map(status => `:${status}`).join(', ')})`,
    ...LOCK[lock],
    ...(onDead === undefined ? [] : [`attribute_${onDead === 'owed' ? '' : 'not_'}exists(#onDeadPending)`]),
  ].join(' AND ');
}
