import type { Job } from '#lib/store/records';
import { LOOK_EVERY_MS } from '#lib/topology';

const SEALED_AT = 1_800_000_000_000;

/** A job's record: of a window of three items that waits for its first attempt, but for the change. */
export const aJob = (change: Partial<Job> = {}): Job => ({
  id: 'the-job',
  batch: 'orders',
  group: undefined,
  place: { shard: 0, epoch: 'e', window: 3 },
  count: 3,
  reason: 'time',
  createdAt: SEALED_AT - 2_000,
  deadline: SEALED_AT - 1_000,
  sealedAt: SEALED_AT,
  status: 'waiting',
  attempts: 0,
  maxAttempts: undefined,
  heardAt: SEALED_AT,
  resends: 0,
  keepAt: SEALED_AT + LOOK_EVERY_MS,
  lockedUntil: undefined,
  claimedBy: undefined,
  startedAt: undefined,
  finishedAt: undefined,
  notBefore: undefined,
  items: undefined,
  left: undefined,
  lost: undefined,
  prepared: undefined,
  inline: false,
  progress: undefined,
  runs: [],
  error: undefined,
  timedOut: undefined,
  result: undefined,
  resultCut: undefined,
  tags: ['a'],
  redrives: 0,
  hookErrors: 0,
  onDeadPending: undefined,
  ...change,
});
