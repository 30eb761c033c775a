import { SEND_WITHIN_MS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import { listKey } from './index-keys.ts';
import type { IndexPartitions } from './index-partitions.ts';
import { isEnded, type Job, type NewJob, type PreparedRecord, type Unclaimed } from './job.ts';
import { duePlace, toEndAttributes, toFacts, toLife } from './job-attributes.ts';
import { JobLists } from './job-lists.ts';
import { conditionOf, type JobMoveName } from './job-moves.ts';
import type { Claim, ClaimResult, JobEnd, JobStore, ListEntry, OnDeadEnd, RunNote } from './job-ports.ts';
import { toJob } from './job-record.ts';
import { type JobChange, jobUpdate, STATUS_VALUES } from './job-update.ts';
import { jobKey } from './keys.ts';
import { LOOK_EVERY_MS } from './record-life.ts';
import type { Table, WriteResult } from './table-port.ts';

/** Demands that a job has not been redriven since it was read. */
const AS_OFTEN_REDRIVEN = '(attribute_not_exists(#redrives) OR #redrives = :seen)';

/** Job records in a table. An unfinished job stays in the due index, so that the ticker looks after it. */
export class Jobs implements JobStore {
  readonly #table: Table;
  readonly #partitions: IndexPartitions;
  readonly #lists: JobLists;
  readonly #now: () => number;

  constructor(table: Table, partitions: IndexPartitions, now: () => number) {
    this.#table = table;
    this.#partitions = partitions;
    this.#lists = new JobLists(table);
    this.#now = now;
  }

  async putJob(job: NewJob, lookAt: number): Promise<Job | undefined> {
    const { applied, record } = await this.#table.putNew({
      ...jobKey(job.id),
      ...toFacts(job),
      ...(await duePlace(this.#partitions, job.batch, job.id, lookAt)),
      status: 'waiting',
      attempts: 0,
      heardAt: job.sealedAt,
    });
    return applied || record === undefined ? undefined : toJob(record);
  }

  async readJob(id: string): Promise<Job | undefined> {
    return this.#shown(await this.#table.get(jobKey(id)))[0];
  }

  async readJobs(ids: readonly string[]): Promise<Job[]> {
    // a job that ends between two queries of a listing stands in both, and BatchGetItem refuses a key that comes twice
    return this.#shown(...(await this.#table.getAll([...new Set(ids)].map(jobKey))));
  }

  /** Reads a record also when it is not shown any more, to publish its window or handle its message once more. */
  #shown(...records: readonly (PlainRecord | undefined)[]): Job[] {
    const now = this.#now();
    const isOver = (until: unknown): boolean => until !== undefined && Number(until) < now;
    return records.flatMap(record => {
      if (record === undefined) return [];
      const { expires, shownUntil } = record;
      return isOver(shownUntil) || isOver(expires && Number(expires) * 1_000) ? [] : [toJob(record)];
    });
  }

  async claim(id: string, { maxAttempts, ...claim }: Claim, orCreate?: NewJob): Promise<ClaimResult> {
    const { by, batch, now, lockedUntil, tags } = claim;
    const { applied, record } = await this.#move(id, 'claim', {
      ...(orCreate && {
        keep: {
          ...toFacts({ ...orCreate, id }),
          inline: true,
          // Only its message in SQS has its items, so that the ticker can do nothing for it.
          tick: await this.#partitions.dueFor(orCreate.batch, 'jobs', jobKey(id).pk),
          ...listKey(
            'open',
            orCreate.batch,
            id,
            orCreate.sealedAt,
            await this.#partitions.of(orCreate.batch),
          ),
        },
        creates: true,
      }),
      set: {
        status: 'active',
        claimedBy: by,
        lockedUntil,
        startedAt: now,
        heardAt: now,
        tags,
        maxAttempts,
        resends: 0,
        notBefore: undefined,
        progress: undefined,
        unclaimed: undefined,
        unclaimedSince: undefined,
      },
      add: { attempts: 1 },
      and: '#batch = :batch AND (attribute_not_exists(#notBefore) OR #notBefore <= :now) AND #attempts < :maxAttempts',
      values: { batch, now, maxAttempts },
    });
    if (record === undefined) return { outcome: 'missing' };
    const job = toJob(record);
    // A stored job's first message has come again, and the claim has given the job a place in the second index too.
    if (applied && orCreate && !job.inline) await this.markStored(id, lockedUntil);
    if (applied) return { outcome: 'claimed', job };
    if (job.batch !== batch) return { outcome: 'foreign', job };
    if (isEnded(job)) return { outcome: 'ended', job };
    // A repeated claim whose first answer was lost is refused, but the lock is this run's.
    if (job.status === 'active' && job.claimedBy === by) return { outcome: 'claimed', job };
    if ((job.lockedUntil ?? 0) >= now) return { outcome: 'busy', job };
    return { outcome: job.attempts >= maxAttempts ? 'exhausted' : 'early', job };
  }

  async renew(id: string, by: string, lockedUntil: number, note: RunNote = {}): Promise<boolean> {
    const { progress, timedOut } = note;
    const { applied } = await this.#move(id, 'renew', {
      set: {
        lockedUntil,
        ...(progress && { progress }),
        ...(timedOut && { timedOut: timedOut.attempt, error: timedOut.error }),
      },
      values: { by },
    });
    return applied;
  }

  async putPrepared(id: string, by: string, prepared: PreparedRecord): Promise<PreparedRecord | undefined> {
    const { record } = await this.#move(id, 'prepare', {
      // The prepared items expire on their own, so that the ticker has to look at them anew.
      set: { prepared, keepAt: undefined },
      and: 'attribute_not_exists(#prepared)',
      values: { by },
    });
    if (record?.['claimedBy'] !== by || record['status'] !== 'active') return undefined;
    return toJob(record).prepared;
  }

  async end(id: string, by: string, end: JobEnd): Promise<boolean> {
    const result = await this.#move(id, 'end', {
      set: await toEndAttributes(this.#partitions, id, end),
      values: { by },
    });
    return hasEnded(result, by, end);
  }

  async close(id: string, by: string, end: JobEnd): Promise<boolean> {
    const { now } = end;
    const change = {
      set: { ...(await toEndAttributes(this.#partitions, id, end)), claimedBy: by },
      values: { now },
    };
    return hasEnded(await this.#move(id, 'close', change), by, end);
  }

  async park(id: string, now: number): Promise<boolean> {
    const change = { set: { status: 'parked', heardAt: now }, values: { now } };
    return (await this.#move(id, 'park', change)).applied;
  }

  async lookAgain(id: string, dueAt: number, resent: boolean): Promise<void> {
    await this.#table.update(jobKey(id), {
      update: `SET #dueAt = :dueAt${resent ? ' ADD #resends :one' : ''}`,
      // A dead job is in the index until its onDead has returned.
      condition: `(${conditionOf('lookAgain')}) OR (${conditionOf('lookAtOnDead')})`,
      // invariant 10: the ticker looks before the records expire, however far off the next attempt is
      values: { ...STATUS_VALUES, dueAt: Math.min(dueAt, this.#now() + LOOK_EVERY_MS), one: 1 },
    });
  }

  async markStored(id: string, lookAt: number): Promise<void> {
    await this.#move(id, 'markStored', {
      set: {
        // `false` stays when the job's first message comes once more and its claim keeps what the record has.
        inline: false,
        dueAt: Math.min(lookAt, this.#now() + LOOK_EVERY_MS),
        // The due index lists it from now on. In both indexes it would be listed twice.
        list: undefined,
        listAt: undefined,
      },
    });
  }

  async setTtlDue(id: string, due: number): Promise<void> {
    await this.#table.update(jobKey(id), {
      // An earlier version gave an expiry to a job whose onDead has not returned.
      update: 'SET #keepAt = :due REMOVE #expires',
      // A dead job's items are prolonged until its onDead has returned.
      condition: `(${conditionOf('keep')}) OR (${conditionOf('keepForOnDead')})`,
      values: { ...STATUS_VALUES, due },
    });
  }

  async redrive(
    id: string,
    by: string,
    end: JobEnd,
    redrives: number,
    lookAt: number,
  ): Promise<'redriven' | 'on dead owed' | 'refused'> {
    const now = this.#now();
    const result = await this.#move(id, 'redrive', {
      set: {
        ...(await toEndAttributes(this.#partitions, id, end)),
        ...(await duePlace(this.#partitions, end.batch, id, lookAt)),
        claimedBy: by,
        redrives: redrives + 1,
        resends: 0,
        // The ticker has to look at its records anew.
        keepAt: undefined,
        inline: false,
        unclaimed: undefined,
        unclaimedSince: undefined,
      },
      and: [
        AS_OFTEN_REDRIVEN,
        '(attribute_not_exists(#expires) OR #expires >= :seconds)',
        '(attribute_not_exists(#shownUntil) OR #shownUntil >= :now)',
        'attribute_not_exists(#purging)',
      ].join(' AND '),
      values: { seen: redrives, seconds: now / 1_000, now },
    });
    if (hasEnded(result, by, end)) return 'redriven';
    const { status, onDeadPending } = result.record ?? {};
    return status === 'dead' && onDeadPending !== undefined ? 'on dead owed' : 'refused';
  }

  async claimOnDead(id: string, by: string, now: number, lockedUntil: number): Promise<Job | undefined> {
    const change = { set: { claimedBy: by, lockedUntil }, values: { now } };
    const { applied, record } = await this.#move(id, 'claimOnDead', change);
    return applied || record?.['claimedBy'] === by ? record && toJob(record) : undefined;
  }

  async endOnDead(id: string, by: string, end: OnDeadEnd): Promise<void> {
    const paid = { onDeadPending: undefined, dueAt: undefined };
    await this.#move(id, 'endOnDead', {
      ...('keepMs' in end
        ? { set: { ...paid, lockedUntil: undefined, ...toLife(end.now, end.keepMs) } }
        : { set: { lockedUntil: undefined, dueAt: end.againAt }, add: { onDeadPending: 1 } }),
      values: { by },
    });
  }

  async countUnclaimed(id: string, now: number, since?: number): Promise<Unclaimed | undefined> {
    const { applied, record } = await this.#move(id, 'countUnclaimed', {
      ...(since === undefined
        ? { keep: { unclaimedSince: now }, add: { unclaimed: 1 } }
        : { set: { unclaimedSince: since, unclaimed: 1 } }),
      values: { now },
    });
    return applied ? toJob(record).unclaimed : undefined;
  }

  async countHookError(id: string): Promise<void> {
    await this.#table.update(jobKey(id), {
      update: 'ADD #hookErrors :one',
      condition: 'attribute_exists(#pk)',
      values: { one: 1 },
    });
  }

  list(...query: Parameters<JobLists['list']>): Promise<ListEntry[]> {
    return this.#lists.list(...query);
  }

  openFrom(...query: Parameters<JobLists['openFrom']>): Promise<ListEntry[]> {
    return this.#lists.openFrom(...query);
  }

  count(...query: Parameters<JobLists['count']>): Promise<number> {
    return this.#lists.count(...query);
  }

  async beginPurge(id: string, redrives: number): Promise<boolean> {
    // If the purge is cut off here, the record expires all the same: that of a job whose onDead was owed has no expiry.
    const { expires } = toLife(this.#now(), 0);
    const set = { purging: true, onDeadPending: undefined, dueAt: undefined, expires };
    return (await this.#move(id, 'beginPurge', { set, and: AS_OFTEN_REDRIVEN, values: { seen: redrives } }))
      .applied;
  }

  async purge(id: string): Promise<void> {
    await this.#move(id, 'purge', {
      set: {
        ...toLife(this.#now(), 0),
        shownUntil: 0,
        ...{ list: undefined, listAt: undefined, group: undefined, tags: undefined, progress: undefined },
        ...{ result: undefined, resultCut: undefined, error: undefined, runs: undefined },
        itemErrors: undefined,
      },
    });
  }

  #move<M extends JobMoveName, S extends object, K extends object>(
    id: string,
    name: M,
    change: JobChange<M, S, K>,
  ): Promise<WriteResult> {
    const update = jobUpdate(name, change);
    // no job begins once its batch is paused
    return this.#table.update(
      jobKey(id),
      name === 'claim' ? { ...update, sendWithinMs: SEND_WITHIN_MS } : update,
    );
  }
}

/**
 * Says whether this end is in the record. A repeated update is refused if the first one was applied and its answer was
 * lost. The name `by` distinguishes this end from another process's in the same millisecond.
 */
const hasEnded = ({ applied, record }: WriteResult, by: string, { status, now }: JobEnd): boolean =>
  applied || (record?.['claimedBy'] === by && record['status'] === status && record['heardAt'] === now);
