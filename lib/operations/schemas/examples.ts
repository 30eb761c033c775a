/** All examples are about the same batch: clicks, grouped by site. */
export const AT = '2026-03-01T09:00:00.000Z';
export const LATER = '2026-03-01T09:00:05.000Z';
export const JOB_ID = '6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f';

/** A batch's control state. */
export const CONTROL = { batch: 'clicks', paused: false, ingestionPaused: false, draining: false };

/** The state of a batch. */
export const STATUS = {
  ...CONTROL,
  options: {
    maxSize: 500,
    maxWaitMs: 5_000,
    persist: true,
    shards: 1,
    retries: { max: 3, strategy: 'exponential', baseDelay: 1_000, jitter: false },
    ordered: false,
    tags: [],
    grouped: true,
    deduplicated: false,
    deadLetter: true,
  },
  buffers: { open: 1, items: 42, oldestItemAt: AT, asOf: LATER },
  jobs: { waiting: 0, active: 1, retrying: 0, parked: 0, completed: 118, failed: 0, dead: 1 },
  throughput: {
    minutes: [{ at: AT, items: 1_250, batches: 3, flushed: 1_250, failed: 0, failedAttempts: 0 }],
    lastMinute: { flushed: 0, completed: 1_250, failed: 0, failedAttempts: 0 },
    partial: false,
  },
  lastErrors: [
    { job: JOB_ID, group: 'example.com', at: LATER, message: 'the warehouse is closed', status: 'dead' },
  ],
};

/** A job that has failed for good. */
export const JOB = {
  id: JOB_ID,
  batch: 'clicks',
  group: 'example.com',
  status: 'dead',
  flushReason: 'time',
  createdAt: AT,
  deadline: LATER,
  sealedAt: LATER,
  startedAt: LATER,
  finishedAt: LATER,
  attempt: 1,
  maxAttempts: 1,
  redrives: 0,
  attempts: [
    {
      attempt: 1,
      startedAt: LATER,
      finishedAt: LATER,
      outcome: 'failed',
      error: { name: 'Error', message: 'the warehouse is closed' },
    },
  ],
  counts: { slots: 2, items: 2, done: 0, left: 2 },
  error: { name: 'Error', message: 'the warehouse is closed' },
  tags: [],
  hookErrors: 0,
};

/** A drain that has just begun. */
export const DRAIN = { batch: 'clicks', startedAt: AT, flushed: 1, completed: 1, failed: 0, dead: 0 };
