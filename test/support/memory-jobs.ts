import type { Claim, ClaimResult, JobStore } from '#lib/store/ports';
import type { Job, NewJob } from '#lib/store/records';

/** A job with its time in the due index; none when it is not in it. */
type Stored = { -readonly [K in keyof Job]: Job[K] } & { dueAt: number | undefined };

/** Job records in memory. */
export class MemoryJobs implements JobStore {
  readonly #jobs = new Map<string, Stored>();

  get all(): ReadonlyMap<string, Readonly<Stored>> {
    return this.#jobs;
  }

  async putJob(job: NewJob, lookAt: number): Promise<void> {
    if (this.#jobs.has(job.id)) return;
    this.#jobs.set(job.id, { ...born(job), heardAt: job.sealedAt, dueAt: lookAt });
  }

  async readJob(id: string): Promise<Job | undefined> {
    const job = this.#jobs.get(id);
    return job && toJob(job);
  }

  async claim(id: string, claim: Claim, orCreate?: NewJob): Promise<ClaimResult> {
    const job = this.#jobs.get(id) ?? (orCreate && { ...born(orCreate), id });
    if (job === undefined) return { outcome: 'missing' };
    if (isFinished(job)) return { outcome: 'finished', job: toJob(job) };
    if (isLocked(job, claim.now)) {
      return { outcome: job.claimedBy === claim.by ? 'claimed' : 'busy', job: toJob(job) };
    }
    Object.assign(job, {
      status: 'active',
      claimedBy: claim.by,
      lockedUntil: claim.lockedUntil,
      startedAt: claim.now,
      heardAt: claim.now,
      tags: [...claim.tags],
      attempts: job.attempts + 1,
    } satisfies Partial<Stored>);
    this.#jobs.set(id, job);
    return { outcome: 'claimed', job: toJob(job) };
  }

  async renew(id: string, by: string, lockedUntil: number): Promise<boolean> {
    return this.#change(id, isHeldBy(by), { lockedUntil });
  }

  async complete(id: string, by: string, now: number, items: number): Promise<boolean> {
    return this.#change(id, isHeldBy(by), {
      status: 'completed',
      finishedAt: now,
      items,
      lockedUntil: undefined,
      dueAt: undefined,
      error: undefined,
    });
  }

  async release(id: string, by: string, now: number, error: string): Promise<boolean> {
    return this.#change(id, isHeldBy(by), {
      status: 'waiting',
      heardAt: now,
      error: error.slice(0, 2_000),
      lockedUntil: undefined,
    });
  }

  async bury(id: string, now: number, error: string): Promise<boolean> {
    const free = (job: Stored) => !isFinished(job) && !isLocked(job, now);
    return this.#change(id, free, {
      status: 'dead',
      finishedAt: now,
      error: this.#jobs.get(id)?.error ?? error,
      lockedUntil: undefined,
      dueAt: undefined,
    });
  }

  async lookAgain(id: string, dueAt: number, keptAt?: number): Promise<void> {
    const kept = keptAt === undefined ? {} : { keptAt };
    await this.#change(id, job => !isFinished(job), { dueAt, ...kept });
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
  heardAt: Number.NaN,
  keptAt: job.createdAt,
  lockedUntil: undefined,
  claimedBy: undefined,
  startedAt: undefined,
  finishedAt: undefined,
  items: undefined,
  tags: [],
  error: undefined,
  dueAt: undefined,
});

const toJob = ({ dueAt: _, ...job }: Stored): Job => structuredClone(job);
const isFinished = ({ status }: Stored): boolean => status === 'completed' || status === 'dead';
const isLocked = ({ lockedUntil }: Stored, now: number): boolean =>
  lockedUntil !== undefined && lockedUntil >= now;
const isHeldBy =
  (by: string) =>
  ({ status, claimedBy }: Stored): boolean =>
    status === 'active' && claimedBy === by;
