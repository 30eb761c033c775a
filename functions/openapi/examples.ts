/** One story that all examples tell: clicks, gathered by site. */
const AT = '2026-03-01T09:00:00.000Z';
const LATER = '2026-03-01T09:00:05.000Z';
const JOB_ID = '6f1c2f0a-6f0e-5f0b-9c39-0d6a7c1b2e3f';

const control = { batch: 'clicks', paused: false, ingestionPaused: false, draining: false };

const status = {
  ...control,
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
  throughput: { minutes: [{ at: AT, items: 1_250, batches: 3 }], partial: false },
  lastErrors: [
    { job: JOB_ID, group: 'example.com', at: LATER, message: 'the warehouse is closed', status: 'dead' },
  ],
};

const job = {
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

const drain = { batch: 'clicks', startedAt: AT, flushed: 1, completed: 1, failed: 0, dead: 0 };

export const EXAMPLES = {
  health: { status: 'ok', deployment: 'shop' },
  ingestRequest: { items: [{ id: 'c1', site: 'example.com' }] },
  ingested: { accepted: 1, duplicates: 0, receipts: [{ job: JOB_ID, slot: 41, duplicate: false }] },
  batches: { batches: [status] },
  status,
  groups: {
    groups: [{ group: 'example.com', items: 42, maxSize: 500, openedAt: AT, deadline: LATER }],
    asOf: AT,
  },
  buffered: { buffered: 42 },
  flushRequest: { group: 'example.com' },
  flushed: { jobs: [{ job: JOB_ID, group: 'example.com', items: 42 }] },
  pauseRequest: { ingestion: true },
  paused: { ...control, paused: true, ingestionPaused: true, since: AT },
  resumed: { ...control, since: LATER, flushed: 1, unparked: 0 },
  drainRequest: { timeoutMs: 60_000 },
  draining: {
    ...drain,
    state: 'draining',
    completed: 0,
    left: { items: 0, waiting: 0, active: 1, retrying: 0, parked: 0 },
  },
  drained: { ...drain, state: 'drained', finishedAt: LATER },
  jobs: { jobs: [job] },
  job,
  jobWithItems: {
    ...job,
    items: [
      { index: 0, state: 'dead', item: { id: 'c1', site: 'example.com' } },
      { index: 1, state: 'dead', item: { id: 'c2', site: 'example.com' } },
    ],
  },
  window: {
    id: JOB_ID,
    job,
    slots: [
      { slot: 0, holds: 'item', item: { id: 'c1', site: 'example.com' }, state: 'dead' },
      { slot: 1, holds: 'fenced' },
    ],
  },
  redrivenJob: { ...job, status: 'waiting', attempt: 0, redrives: 1 },
  redriven: { redriven: 1 },
  purged: { purged: JOB_ID },
  nothing: {},
  document: { openapi: '3.1.0', info: { title: 'Cistern', version: '1' }, paths: {} },
} as const;
