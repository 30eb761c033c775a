type Fields = Record<string, unknown>;

/** The time at which a command line begins. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const at = (secondsFromNow: number): string => new Date(NOW + secondsFromNow * 1_000).toISOString();

/** An answer with a problem, as the API has them. */
export function problem(status: number, code: string, details: Fields = {}, headers = {}): Response {
  const body = { title: 'Problem', detail: `It is ${code}.`, ...details, type: 'about:blank', status, code };
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

export const batchStatus = (batch: string, more: Fields = {}): Fields => ({
  batch,
  paused: false,
  ingestionPaused: false,
  draining: false,
  options: { maxSize: 500, maxWaitMs: 5_000, grouped: true, persist: true, shards: 1, tags: [] },
  buffers: { open: 2, items: 1_234, oldestItemAt: at(-130), asOf: at(-1) },
  jobs: { waiting: 1, active: 2, retrying: 3, parked: 0, completed: 40, failed: 0, dead: 5 },
  throughput: {
    minutes: [{ at: at(-120), items: 1_000, batches: 2, flushed: 1_000, failed: 0, failedAttempts: 0 }],
    lastMinute: { added: 20, flushed: 10, completed: 5, failed: 1, failedAttempts: 2 },
    partial: false,
  },
  lastErrors: [{ job: 'job-5', group: 'x', at: at(-60), message: 'no\u001b[31m luck', status: 'dead' }],
  ...more,
});

export const jobInfo = (id: string, more: Fields = {}): Fields => ({
  id,
  batch: 'clicks',
  status: 'completed',
  flushReason: 'size',
  createdAt: at(-100),
  deadline: at(-95),
  sealedAt: at(-98),
  startedAt: at(-97),
  finishedAt: at(-90),
  attempt: 1,
  maxAttempts: 3,
  redrives: 0,
  attempts: [{ attempt: 1, startedAt: at(-97), finishedAt: at(-90), outcome: 'succeeded' }],
  counts: { slots: 3, items: 3, done: 3, left: 0 },
  tags: ['web'],
  hookErrors: 0,
  ...more,
});

export const drainReport = (more: Fields = {}): Fields => ({
  batch: 'clicks',
  state: 'draining',
  startedAt: at(-2),
  flushed: 3,
  completed: 0,
  failed: 0,
  dead: 0,
  ...more,
});
