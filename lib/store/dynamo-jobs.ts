import { toFlushReason } from './dynamo-heads.ts';
import type { PlainRecord } from './expressions.ts';
import { jobKey, tickOf } from './keys.ts';
import type { Claim, ClaimResult, JobStore } from './ports.ts';
import { JOB_STATUSES, type Job, type NewJob } from './records.ts';
import type { Table } from './table.ts';

/** Finished jobs are kept so long. */
const RETENTION_MS = 14 * 86_400_000;
/** What of an error's message is kept. */
const ERROR_LENGTH = 2_000;

const OURS = '#status = :active AND #claimedBy = :by';
const UNFINISHED = 'NOT #status IN (:completed, :dead)';
const UNLOCKED = '(attribute_not_exists(#lockedUntil) OR #lockedUntil < :now)';
const STATUSES = { waiting: 'waiting', active: 'active', completed: 'completed', dead: 'dead' };

/** Job records in DynamoDB. An unfinished job stays in the due index, so that the ticker looks after it. */
export class DynamoJobs implements JobStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async putJob(job: NewJob, lookAt: number): Promise<void> {
    const key = jobKey(job.id);
    await this.#table.putNew({
      ...key,
      ...job,
      status: 'waiting',
      attempts: 0,
      heardAt: job.sealedAt,
      tick: tickOf(key.pk),
      dueAt: lookAt,
    });
  }

  async readJob(id: string): Promise<Job | undefined> {
    const record = await this.#table.get(jobKey(id));
    return record && toJob(record);
  }

  async claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult> {
    const facts: PlainRecord = { ...orCreate, id };
    const sets = Object.keys(facts)
      .filter(name => facts[name] !== undefined)
      .map(name => `#${name} = if_not_exists(#${name}, :${name})`);
    const free = `attribute_exists(#pk) AND ${UNFINISHED} AND ${UNLOCKED}`;
    const { applied, record } = await this.#table.update(jobKey(id), {
      update: `SET ${sets.join(', ')}, #status = :active, #claimedBy = :by, #lockedUntil = :lockedUntil, #startedAt = :now, #heardAt = :now, #tags = :tags ADD #attempts :one`,
      condition: orCreate ? `attribute_not_exists(#pk) OR (${free})` : free,
      values: { ...STATUSES, ...claim, ...facts, one: 1 },
    });
    if (record === undefined) return { outcome: 'missing' };
    const job = toJob(record);
    if (applied) return { outcome: 'claimed', job };
    if (job.status === 'completed' || job.status === 'dead') return { outcome: 'finished', job };
    // a claim whose answer was lost is refused when it is repeated, but the lock is ours
    return job.claimedBy === claim.by ? { outcome: 'claimed', job } : { outcome: 'busy', job };
  }

  async renew(id: string, by: string, lockedUntil: number): Promise<boolean> {
    return this.#change(id, 'SET #lockedUntil = :lockedUntil', OURS, { by, lockedUntil });
  }

  async complete(id: string, by: string, now: number, items: number): Promise<boolean> {
    return this.#change(
      id,
      'SET #status = :completed, #finishedAt = :now, #items = :items, #expires = :expires REMOVE #lockedUntil, #dueAt, #error',
      OURS,
      { by, now, items, expires: expiry(now) },
    );
  }

  async release(id: string, by: string, now: number, error: string): Promise<boolean> {
    return this.#change(
      id,
      'SET #status = :waiting, #heardAt = :now, #error = :error REMOVE #lockedUntil',
      OURS,
      { by, now, error: error.slice(0, ERROR_LENGTH) },
    );
  }

  async bury(id: string, now: number, error: string): Promise<boolean> {
    return this.#change(
      id,
      'SET #status = :dead, #finishedAt = :now, #expires = :expires, #error = if_not_exists(#error, :error) REMOVE #lockedUntil, #dueAt',
      `attribute_exists(#pk) AND ${UNFINISHED} AND ${UNLOCKED}`,
      { now, error, expires: expiry(now) },
    );
  }

  async lookAgain(id: string, dueAt: number, keptAt?: number): Promise<void> {
    const kept = keptAt === undefined ? '' : ', #keptAt = :keptAt';
    await this.#change(id, `SET #dueAt = :dueAt${kept}`, `attribute_exists(#pk) AND ${UNFINISHED}`, {
      dueAt,
      keptAt,
    });
  }

  async #change(id: string, update: string, condition: string, values: PlainRecord): Promise<boolean> {
    const { applied } = await this.#table.update(jobKey(id), {
      update,
      condition,
      values: { ...STATUSES, ...values },
    });
    return applied;
  }
}

const expiry = (now: number): number => Math.ceil((now + RETENTION_MS) / 1000);

const numberOr = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
const textOr = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

function toJob(record: PlainRecord): Job {
  return {
    id: String(record['id']),
    batch: String(record['batch']),
    group: textOr(record['group']),
    count: Number(record['count']),
    reason: toFlushReason(record['reason']),
    createdAt: Number(record['createdAt']),
    deadline: Number(record['deadline']),
    sealedAt: Number(record['sealedAt']),
    status: JOB_STATUSES.find(status => status === record['status']) ?? 'waiting',
    attempts: Number(record['attempts'] ?? 0),
    heardAt: Number(record['heardAt']),
    keptAt: Number(record['keptAt'] ?? record['createdAt']),
    lockedUntil: numberOr(record['lockedUntil']),
    claimedBy: textOr(record['claimedBy']),
    startedAt: numberOr(record['startedAt']),
    finishedAt: numberOr(record['finishedAt']),
    items: numberOr(record['items']),
    tags: (record['tags'] ?? []) as readonly string[],
    error: textOr(record['error']),
  };
}
