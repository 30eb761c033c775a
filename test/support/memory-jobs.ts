import type { Claim, ClaimResult, JobList, JobStore, ListEntry, RunEnd, RunNote } from '#lib/store/job-ports';
import { listKey } from '#lib/store/keys';
import { isEnded, type Job, type NewJob, type PreparedRecord } from '#lib/store/records';

/** A job with what its record has besides: its places in the indexes, and its expiry; nothing is deleted for it. */
type Stored = { -readonly [K in keyof Job]: Job[K] } & {
  dueAt: number | undefined;
  list: JobList | undefined;
  listAt: string;
  expires: number | undefined;
};

/** Job records in memory. */
export class MemoryJobs implements JobStore {
  readonly #now: () => number;
  readonly #jobs = new Map<string, Stored>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get all(): ReadonlyMap<string, Readonly<Stored>> {
    return this.#jobs;
  }

  async putJob(job: NewJob, lookAt: number): Promise<void> {
    if (this.#jobs.has(job.id)) return;
    this.#jobs.set(job.id, { ...born(job), heardAt: job.sealedAt, dueAt: lookAt });
  }

  async readJob(id: string): Promise<Job | undefined> {
    return (await this.readJobs([id]))[0];
  }

  async readJobs(ids: readonly string[]): Promise<Job[]> {
    return ids.flatMap(id => {
      const job = this.#jobs.get(id);
      return job && (job.expires ?? Number.POSITIVE_INFINITY) >= this.#now() ? [toJob(job)] : [];
    });
  }

  async claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult> {
    const job = this.#jobs.get(id) ?? (orCreate && { ...born({ ...orCreate, id }), inline: true });
    if (job === undefined) return { outcome: 'missing' };
    const met = (outcome: Exclude<ClaimResult['outcome'], 'missing'>) => ({ outcome, job: toJob(job) });
    if (isEnded(job)) return met('ended');
    if (isLocked(job, claim.now)) return met(isHeldBy(claim.by)(job) ? 'claimed' : 'busy');
    if (job.attempts >= claim.maxAttempts) return met('exhausted');
    if (job.notBefore !== undefined && job.notBefore > claim.now) return met('early');
    Object.assign(job, {
      status: 'active',
      claimedBy: claim.by,
      lockedUntil: claim.lockedUntil,
      startedAt: claim.now,
      heardAt: claim.now,
      tags: [...claim.tags],
      maxAttempts: claim.maxAttempts,
      attempts: job.attempts + 1,
      resends: 0,
      notBefore: undefined,
      progress: undefined,
    } satisfies Partial<Stored>);
    this.#jobs.set(id, job);
    return met('claimed');
  }

  async renew(id: string, by: string, lockedUntil: number, note: RunNote = {}): Promise<boolean> {
    const { progress, timedOut } = note;
    return this.#change(id, isHeldBy(by), {
      lockedUntil,
      ...(progress && { progress }),
      ...(timedOut && { timedOut: timedOut.attempt, error: timedOut.error }),
    });
  }

  async prepare(id: string, by: string, prepared: PreparedRecord): Promise<PreparedRecord | undefined> {
    const job = this.#jobs.get(id);
    if (job === undefined || !isHeldBy(by)(job)) return undefined;
    job.prepared ??= structuredClone(prepared);
    return structuredClone(job.prepared);
  }

  async end(id: string, by: string, end: RunEnd): Promise<boolean> {
    return this.#end(id, end, isHeldBy(by));
  }

  async close(id: string, end: RunEnd): Promise<boolean> {
    return this.#end(id, end, isNobodys(end.now));
  }

  async #end(id: string, end: RunEnd, condition: (job: Stored) => boolean): Promise<boolean> {
    const { status, now, keepMs = 0, batch, onDeadBy, uncounted, ...facts } = end;
    const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    const job = this.#jobs.get(id);
    if (job?.status === status && job.heardAt === now) return true;
    return this.#change(id, condition, {
      ...given,
      ...(uncounted && job && { attempts: job.attempts - 1 }),
      status,
      heardAt: now,
      lockedUntil: undefined,
      timedOut: undefined,
      ...(status === 'completed' && { left: undefined, lost: undefined, error: undefined }),
      ...(status !== 'retrying' && {
        finishedAt: now,
        expires: now + keepMs,
        dueAt: onDeadBy,
        list: status,
        listAt: placeIn(status, batch, id, now),
      }),
      ...(onDeadBy !== undefined && { onDeadPending: 0 }),
    });
  }

  async park(id: string, now: number): Promise<boolean> {
    return this.#change(id, isNobodys(now), { status: 'parked', heardAt: now });
  }

  async lookAgain(id: string, dueAt: number, resent: boolean, keptAt?: number): Promise<void> {
    const job = this.#jobs.get(id);
    await this.#change(id, found => !isEnded(found) || found.onDeadPending !== undefined, {
      dueAt,
      ...(keptAt !== undefined && { keptAt }),
      ...(resent && { resends: (job?.resends ?? 0) + 1 }),
    });
  }

  async redrive(id: string, now: number, lookAt: number): Promise<boolean> {
    const job = await this.readJob(id);
    if (job === undefined) return false;
    return this.#change(id, ({ status }) => status === 'failed' || status === 'dead', {
      status: 'waiting',
      list: 'open',
      listAt: placeIn('open', job.batch, id, now),
      expires: undefined,
      inline: false,
      attempts: 0,
      resends: 0,
      heardAt: now,
      keptAt: now,
      dueAt: lookAt,
      finishedAt: undefined,
      notBefore: undefined,
      lockedUntil: undefined,
      onDeadPending: undefined,
      progress: undefined,
      redrives: job.redrives + 1,
    });
  }

  async claimOnDead(id: string, by: string, now: number, lockedUntil: number): Promise<Job | undefined> {
    const job = this.#jobs.get(id);
    if (job?.status !== 'dead' || job.onDeadPending === undefined) return undefined;
    if (isLocked(job, now)) return job.claimedBy === by ? toJob(job) : undefined;
    Object.assign(job, { claimedBy: by, lockedUntil } satisfies Partial<Stored>);
    return toJob(job);
  }

  async endOnDead(id: string, by: string, againAt?: number): Promise<void> {
    const job = this.#jobs.get(id);
    const owed = job?.onDeadPending;
    if (job?.status !== 'dead' || job.claimedBy !== by || owed === undefined) return;
    Object.assign(job, {
      lockedUntil: undefined,
      dueAt: againAt,
      onDeadPending: againAt === undefined ? undefined : owed + 1,
    } satisfies Partial<Stored>);
  }

  async countHookError(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job) job.hookErrors += 1;
  }

  async list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]> {
    return this.#listed(batch, list)
      .filter(({ at }) => before === undefined || at < before)
      .slice(0, limit);
  }

  async oldestOpen(batch: string): Promise<string | undefined> {
    return this.#listed(batch, 'open').at(-1)?.id;
  }

  async count(batch: string, list: JobList, _enough: number, since = 0): Promise<number> {
    const from = placeIn(list, batch, '', since);
    return this.#listed(batch, list).filter(({ at }) => at >= from).length;
  }

  async purge(id: string): Promise<boolean> {
    return this.#change(id, isEnded, {
      expires: Number.NEGATIVE_INFINITY,
      list: undefined,
      dueAt: undefined,
    });
  }

  #listed(batch: string, list: JobList): ListEntry[] {
    return [...this.#jobs.values()]
      .filter(job => job.batch === batch && job.list === list)
      .map(({ id, listAt }) => ({ id, at: listAt }))
      .sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  async #change(id: string, condition: (job: Stored) => boolean, change: Partial<Stored>): Promise<boolean> {
    const job = this.#jobs.get(id);
    if (job === undefined || !condition(job)) return false;
    Object.assign(job, change);
    return true;
  }
}

const born = (job: NewJob): Stored => ({
  ...job,
  status: 'waiting',
  attempts: 0,
  maxAttempts: undefined,
  heardAt: Number.NaN,
  resends: 0,
  keptAt: job.createdAt,
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
  tags: [],
  redrives: 0,
  hookErrors: 0,
  onDeadPending: undefined,
  dueAt: undefined,
  list: 'open',
  listAt: placeIn('open', job.batch, job.id, job.sealedAt),
  expires: undefined,
});

const placeIn = (...place: Parameters<typeof listKey>): string => listKey(...place).listAt;
const toJob = ({ dueAt: _, list: __, listAt: ___, expires: ____, ...job }: Stored): Job =>
  structuredClone(job);
const isLocked = ({ lockedUntil }: Stored, now: number): boolean =>
  lockedUntil !== undefined && lockedUntil >= now;
const isHeldBy =
  (by: string) =>
  ({ status, claimedBy }: Stored): boolean =>
    status === 'active' && claimedBy === by;
const isNobodys =
  (now: number) =>
  (job: Stored): boolean =>
    !isEnded(job) && !isLocked(job, now);
