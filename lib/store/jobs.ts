import { TABLE_KEYS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import type { Claim, ClaimResult, JobList, JobStore, ListEntry, RunEnd, RunNote } from './job-ports.ts';
import { toJob } from './job-record.ts';
import { jobKey, listKey, listPartitions, tickOf } from './keys.ts';
import { isEnded, type Job, type NewJob, type PreparedRecord } from './records.ts';
import type { Table } from './table-port.ts';

const OURS = '#status = :active AND #claimedBy = :by';
const UNFINISHED = 'NOT #status IN (:completed, :failed, :dead)';
const UNLOCKED = '(attribute_not_exists(#lockedUntil) OR #lockedUntil < :now)';
const NOBODYS = `attribute_exists(#pk) AND ${UNFINISHED} AND ${UNLOCKED}`;
const STATUSES = {
  waiting: 'waiting',
  active: 'active',
  parked: 'parked',
  completed: 'completed',
  failed: 'failed',
  dead: 'dead',
};

/** Job records in a table. An unfinished job stays in the due index, so that the ticker looks after it. */
export class Jobs implements JobStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async putJob(job: NewJob, lookAt: number): Promise<void> {
    const key = jobKey(job.id);
    await this.#table.putNew({
      ...key,
      ...toFacts(job),
      status: 'waiting',
      attempts: 0,
      heardAt: job.sealedAt,
      tick: tickOf(key.pk),
      dueAt: lookAt,
    });
  }

  async readJob(id: string): Promise<Job | undefined> {
    return this.#alive(await this.#table.get(jobKey(id)))[0];
  }

  async readJobs(ids: readonly string[]): Promise<Job[]> {
    // a job that ends between two queries of a listing stands in both, and BatchGetItem refuses a key that comes twice
    return this.#alive(...(await this.#table.getAll([...new Set(ids)].map(jobKey))));
  }

  /** DynamoDB deletes what has expired within days; until then it is there, and to us it is not. */
  #alive(...records: readonly (PlainRecord | undefined)[]): Job[] {
    const now = this.#now() / 1_000;
    return records.flatMap(record =>
      record === undefined || Number(record['expires'] ?? Number.POSITIVE_INFINITY) < now
        ? []
        : [toJob(record)],
    );
  }

  async claim(id: string, { maxAttempts, ...claim }: Claim, orCreate?: NewJob): Promise<ClaimResult> {
    const facts: PlainRecord = orCreate
      ? { ...toFacts({ ...orCreate, id }), inline: true, tick: tickOf(jobKey(id).pk) }
      : { id };
    const sets = Object.keys(facts).map(name => `#${name} = if_not_exists(#${name}, :${name})`);
    const due = '(attribute_not_exists(#notBefore) OR #notBefore <= :now) AND #attempts < :maxAttempts';
    const { applied, record } = await this.#table.update(jobKey(id), {
      update:
        `SET ${sets.join(', ')}, #status = :active, #claimedBy = :by, #lockedUntil = :lockedUntil, ` +
        '#startedAt = :now, #heardAt = :now, #tags = :tags, #maxAttempts = :maxAttempts, #resends = :zero ' +
        'REMOVE #notBefore, #progress ADD #attempts :one',
      condition: orCreate ? `attribute_not_exists(#pk) OR (${NOBODYS} AND ${due})` : `${NOBODYS} AND ${due}`,
      creates: orCreate !== undefined,
      values: { ...STATUSES, ...claim, ...facts, maxAttempts, one: 1, zero: 0 },
    });
    if (record === undefined) return { outcome: 'missing' };
    const job = toJob(record);
    if (applied) return { outcome: 'claimed', job };
    if (isEnded(job)) return { outcome: 'ended', job };
    // a claim whose answer was lost is refused when it is repeated, but the lock is ours
    if (job.status === 'active' && job.claimedBy === claim.by) return { outcome: 'claimed', job };
    if ((job.lockedUntil ?? 0) >= claim.now) return { outcome: 'busy', job };
    return { outcome: job.attempts >= maxAttempts ? 'exhausted' : 'early', job };
  }

  async renew(id: string, by: string, lockedUntil: number, note: RunNote = {}): Promise<boolean> {
    const { progress, timedOut } = note;
    return this.#change(
      id,
      `SET #lockedUntil = :lockedUntil${progress ? ', #progress = :progress' : ''}${timedOut ? ', #timedOut = :attempt, #error = :error' : ''}`,
      OURS,
      { by, lockedUntil, progress, ...timedOut },
    );
  }

  async prepare(id: string, by: string, prepared: PreparedRecord): Promise<PreparedRecord | undefined> {
    const { record } = await this.#table.update(jobKey(id), {
      update: 'SET #prepared = :prepared',
      condition: `${OURS} AND attribute_not_exists(#prepared)`,
      values: { ...STATUSES, by, prepared },
    });
    if (record?.['claimedBy'] !== by || record['status'] !== 'active') return undefined;
    return toJob(record).prepared;
  }

  async end(id: string, by: string, end: RunEnd): Promise<boolean> {
    return this.#end(id, end, OURS, { by });
  }

  async close(id: string, end: RunEnd): Promise<boolean> {
    return this.#end(id, end, NOBODYS, {});
  }

  async #end(id: string, end: RunEnd, condition: string, values: PlainRecord): Promise<boolean> {
    const { status, now, keepMs = 0, onDeadBy } = end;
    const ended = status !== 'retrying';
    const sets: PlainRecord = {
      status,
      heardAt: now,
      runs: end.runs,
      notBefore: end.notBefore,
      items: end.items,
      left: end.left,
      lost: end.lost,
      error: end.error,
      result: end.result,
      resultCut: end.resultCut,
      progress: end.progress,
      ...(ended && { finishedAt: now, expires: Math.ceil((now + keepMs) / 1_000) }),
      ...(onDeadBy !== undefined && { onDeadPending: 0, dueAt: onDeadBy }),
    };
    const removes = ['lockedUntil', 'timedOut'];
    // what was partly done and is now done whole has nothing left
    if (status === 'completed') removes.push('left', 'lost', 'error');
    if (ended && onDeadBy === undefined) removes.push('dueAt');
    const given = Object.keys(sets).filter(name => sets[name] !== undefined);
    const apply = async (place: PlainRecord): Promise<boolean> => {
      const all = { ...sets, ...place };
      const { applied, record } = await this.#table.update(jobKey(id), {
        update: `SET ${[...given, ...Object.keys(place)].map(name => `#${name} = :set_${name}`).join(', ')} REMOVE ${removes.map(name => `#${name}`).join(', ')}${end.uncounted ? ' ADD #attempts :minusOne' : ''}`,
        condition,
        values: {
          ...STATUSES,
          ...values,
          now,
          minusOne: -1,
          ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`set_${name}`, value])),
        },
      });
      // refused because it had been applied already: the answer to the first request was lost
      return applied || (record?.['status'] === status && record['heardAt'] === now);
    };
    return ended ? apply(listKey(status, end.batch, id, now)) : apply({});
  }

  async park(id: string, now: number): Promise<boolean> {
    return this.#change(id, 'SET #status = :parked, #heardAt = :now', NOBODYS, { now });
  }

  async lookAgain(id: string, dueAt: number, resent: boolean, keptAt?: number): Promise<void> {
    const kept = keptAt === undefined ? '' : ', #keptAt = :keptAt';
    await this.#change(
      id,
      `SET #dueAt = :dueAt${kept}${resent ? ' ADD #resends :one' : ''}`,
      // a dead job is in the index for as long as its onDead is owed
      `attribute_exists(#pk) AND (${UNFINISHED} OR attribute_exists(#onDeadPending))`,
      { dueAt, keptAt, one: 1 },
    );
  }

  async redrive(id: string, now: number, lookAt: number): Promise<boolean> {
    const key = jobKey(id);
    const job = await this.readJob(id);
    if (job === undefined) return false;
    const { list, listAt } = listKey('open', job.batch, id, now);
    return this.#change(
      id,
      'SET #status = :waiting, #attempts = :zero, #resends = :zero, #heardAt = :now, #keptAt = :now, #tick = :tick, ' +
        '#dueAt = :lookAt, #list = :list, #listAt = :listAt ' +
        'REMOVE #inline, #finishedAt, #expires, #notBefore, #lockedUntil, #onDeadPending, #progress ADD #redrives :one',
      '#status IN (:failed, :dead)',
      { now, lookAt, tick: tickOf(key.pk), list, listAt, zero: 0, one: 1 },
    );
  }

  async claimOnDead(id: string, by: string, now: number, lockedUntil: number): Promise<Job | undefined> {
    const { applied, record } = await this.#table.update(jobKey(id), {
      update: 'SET #claimedBy = :by, #lockedUntil = :lockedUntil',
      condition: `#status = :dead AND attribute_exists(#onDeadPending) AND ${UNLOCKED}`,
      values: { ...STATUSES, by, now, lockedUntil },
    });
    return applied || record?.['claimedBy'] === by ? record && toJob(record) : undefined;
  }

  async endOnDead(id: string, by: string, againAt?: number): Promise<void> {
    await this.#change(
      id,
      againAt === undefined
        ? 'REMOVE #lockedUntil, #onDeadPending, #dueAt'
        : 'SET #dueAt = :againAt REMOVE #lockedUntil ADD #onDeadPending :one',
      '#status = :dead AND #claimedBy = :by AND attribute_exists(#onDeadPending)',
      { by, againAt, one: 1 },
    );
  }

  async countHookError(id: string): Promise<void> {
    await this.#change(id, 'ADD #hookErrors :one', 'attribute_exists(#pk)', { one: 1 });
  }

  async list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]> {
    const condition = before === undefined ? '#list = :list' : '#list = :list AND #listAt < :before';
    const found = await this.#listed(list, batch, condition, { before }, limit, 'descending');
    return found
      .sort((a, b) => (a < b ? 1 : -1))
      .slice(0, limit)
      .map(at => ({ id: idOf(at), at }));
  }

  async oldestOpen(batch: string): Promise<string | undefined> {
    const found = await this.#listed('open', batch, '#list = :list', {}, 1, 'ascending');
    const [first] = found.sort();
    return first && idOf(first);
  }

  /** The places in a list of what a query finds in each of its partitions. */
  async #listed(
    list: JobList,
    batch: string,
    condition: string,
    values: PlainRecord,
    limit: number,
    order: 'ascending' | 'descending',
  ): Promise<string[]> {
    const { name } = TABLE_KEYS.jobIndex;
    const pages = await Promise.all(
      listPartitions(list, batch).map(partition =>
        this.#table.indexPage(name, condition, { list: partition, ...values }, limit, order),
      ),
    );
    return pages.flat().map(record => String(record['listAt']));
  }

  async count(batch: string, list: JobList, enough: number, since = 0): Promise<number> {
    const { listAt } = listKey(list, batch, '', since);
    const counts = await Promise.all(
      listPartitions(list, batch).map(partition =>
        this.#table.indexCount(
          TABLE_KEYS.jobIndex.name,
          '#list = :list AND #listAt >= :since',
          { list: partition, since: listAt },
          enough,
        ),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async purge(id: string): Promise<boolean> {
    return this.#change(
      id,
      // to us it is gone at once, and DynamoDB deletes it in time
      'SET #expires = :expires REMOVE #list, #listAt, #dueAt, #result, #resultCut, #error, #runs',
      '#status IN (:completed, :failed, :dead)',
      { expires: Math.floor(this.#now() / 1_000) - 1 },
    );
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

/** What a new job's record says, but for what is undefined. */
function toFacts({ place, ...job }: NewJob): PlainRecord {
  const facts: PlainRecord = {
    ...job,
    // as JSON: a group may hold what is no Unicode text, and DynamoDB takes none
    group: job.group === undefined ? undefined : JSON.stringify(job.group),
    ...place,
    ...listKey('open', job.batch, job.id, job.sealedAt),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const idOf = (listAt: string): string => listAt.slice(listAt.indexOf('|') + 1);
