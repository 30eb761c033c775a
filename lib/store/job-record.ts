import { ATTEMPT_OUTCOMES, JOB_STATUSES } from '../definition/job-info.ts';
import type { PlainRecord } from './expressions.ts';
import { toFlushReason } from './flush-reason.ts';
import type { AttemptRecord, ErrorRecord, Job, PreparedRecord, ProgressRecord } from './job.ts';
import { LOOK_EVERY_MS } from './record-life.ts';

const numberOr = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
const textOr = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
const bitsOr = (value: unknown): Uint8Array | undefined => (value instanceof Uint8Array ? value : undefined);

/** Reads a stored job record. An attribute that an older version did not write gets its default. */
export function toJob(record: PlainRecord): Job {
  const [sealedAt, statusChangedAt] = [Number(record['sealedAt']), Number(record['heardAt'])];
  return {
    id: String(record['id']),
    batch: String(record['batch']),
    group: record['group'] === undefined ? undefined : String(JSON.parse(String(record['group']))),
    place:
      record['epoch'] === undefined
        ? undefined
        : {
            shard: Number(record['shard']),
            epoch: String(record['epoch']),
            window: Number(record['window']),
          },
    count: Number(record['count']),
    reason: toFlushReason(record['reason']),
    createdAt: Number(record['createdAt']),
    deadline: Number(record['deadline']),
    sealedAt,
    status: JOB_STATUSES.find(status => status === record['status']) ?? 'waiting',
    attempts: Number(record['attempts'] ?? 0),
    maxAttempts: numberOr(record['maxAttempts']),
    statusChangedAt,
    resends: Number(record['resends'] ?? 0),
    ttlDue: Number(record['keepAt'] ?? Math.min(sealedAt, statusChangedAt) + LOOK_EVERY_MS),
    lockedUntil: numberOr(record['lockedUntil']),
    claimedBy: textOr(record['claimedBy']),
    startedAt: numberOr(record['startedAt']),
    finishedAt: numberOr(record['finishedAt']),
    notBefore: numberOr(record['notBefore']),
    items: numberOr(record['items']),
    left: bitsOr(record['left']),
    lost: bitsOr(record['lost']),
    prepared: record['prepared'] as PreparedRecord | undefined,
    // An earlier version left `inline` true when it had stored the items. It only gave the job a place in the due index.
    inline: record['inline'] === true && record['dueAt'] === undefined,
    progress: record['progress'] as ProgressRecord | undefined,
    runs: ((record['runs'] ?? []) as PlainRecord[]).map(toAttempt),
    error: toError(record['error']),
    itemErrors: record['itemErrors'] as Job['itemErrors'],
    timedOut: numberOr(record['timedOut']),
    result: textOr(record['result']),
    resultCut: record['resultCut'] as Job['resultCut'],
    tags: (record['tags'] ?? []) as readonly string[],
    redrives: Number(record['redrives'] ?? 0),
    unclaimed:
      record['unclaimed'] === undefined
        ? undefined
        : { count: Number(record['unclaimed']), since: Number(record['unclaimedSince']) },
    hookErrors: Number(record['hookErrors'] ?? 0),
    onDeadPending: numberOr(record['onDeadPending']),
  };
}

function toAttempt(record: PlainRecord): AttemptRecord {
  const { startedAt, finishedAt, error, outcome, attempt, redrive } = record;
  const failure = toError(error);
  return {
    attempt: Number(attempt),
    ...(redrive !== undefined && { redrive: Number(redrive) }),
    ...(startedAt !== undefined && { startedAt: Number(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: Number(finishedAt) }),
    outcome: ATTEMPT_OUTCOMES.find(known => known === outcome) ?? 'failed',
    ...(failure && { error: failure }),
  };
}

function toError(stored: unknown): ErrorRecord | undefined {
  if (stored === undefined) return undefined;
  if (typeof stored === 'string') return { name: 'Error', message: stored };
  const { name, message } = stored as PlainRecord;
  return { name: String(name), message: String(message) };
}
