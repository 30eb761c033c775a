import type { BatchStatus, GroupStatus, JobInfo, JobItem } from '../../../dashboard/page/api/contract.ts';

/** What a fake batch is made with. */
export interface FakeDefinition {
  readonly name: string;
  readonly maxSize: number;
  readonly maxWaitMs: number;
  readonly groupOf?: (item: unknown) => string;
  readonly attempts: number;
  readonly retryAfterMs: number;
  readonly run: (report: (percent: number, label?: string) => void) => Promise<unknown>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type FakeJob = Writable<Omit<JobInfo, 'attempts' | 'items'>> & {
  attempts: Writable<JobInfo['attempts'][number]>[];
  items: Writable<JobItem>[];
};

interface Buffer {
  readonly group: string | undefined;
  readonly openedAt: number;
  readonly items: unknown[];
}

const iso = (ms: number): string => new Date(ms).toISOString();
const TICK_MS = 20;
const MINUTE = 60_000;

/** A batch that lives in memory and keeps to the contract as far as the dashboard can see. */
export class FakeBatch {
  readonly buffers = new Map<string, Buffer>();
  readonly jobs = new Map<string, FakeJob>();
  readonly #minutes = new Map<number, { items: number; batches: number }>();
  control: { paused: boolean; ingestionPaused: boolean; draining: boolean; since?: string } = {
    paused: false,
    ingestionPaused: false,
    draining: false,
  };
  drain: { startedAt: string; finishedAt?: string; flushed: number } | undefined;
  readonly #ticking: NodeJS.Timeout;

  constructor(readonly definition: FakeDefinition) {
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#ticking);
  }

  add(items: readonly unknown[]): void {
    for (const item of items) {
      const group = this.definition.groupOf?.(item);
      const key = group ?? '';
      const buffer = this.buffers.get(key) ?? { group, openedAt: Date.now(), items: [] };
      this.buffers.set(key, buffer);
      buffer.items.push(item);
      this.#minute().items += 1;
    }
  }

  /** Flushes up to `maxSize` items of a buffer. */
  flush(key: string, flushReason: string): FakeJob | undefined {
    const buffer = this.buffers.get(key);
    if (buffer === undefined) return undefined;
    const items = buffer.items.splice(0, this.definition.maxSize);
    if (buffer.items.length === 0) this.buffers.delete(key);
    const job: FakeJob = {
      id: crypto.randomUUID(),
      batch: this.definition.name,
      ...(buffer.group !== undefined && { group: buffer.group }),
      status: 'waiting',
      flushReason,
      createdAt: iso(buffer.openedAt),
      deadline: iso(buffer.openedAt + this.definition.maxWaitMs),
      sealedAt: iso(Date.now()),
      attempt: 0,
      maxAttempts: this.definition.attempts,
      redrives: 0,
      attempts: [],
      counts: { slots: items.length, items: items.length, done: 0, left: items.length },
      items: items.map((item, index) => ({ index, state: 'pending', item })),
      tags: [],
      hookErrors: 0,
    };
    this.jobs.set(job.id, job);
    this.#minute().batches += 1;
    return job;
  }

  redrive(job: FakeJob): void {
    Object.assign(job, { status: 'waiting', attempt: 0, redrives: job.redrives + 1 });
    delete job.error;
    delete job.finishedAt;
  }

  status(): BatchStatus {
    const { name, maxSize, maxWaitMs, groupOf, attempts, retryAfterMs } = this.definition;
    const buffers = [...this.buffers.values()];
    const jobs = [...this.jobs.values()];
    const of = (status: JobInfo['status']) => jobs.filter(job => job.status === status).length;
    const oldest = Math.min(...buffers.map(({ openedAt }) => openedAt));
    const now = Date.now();
    return {
      batch: name,
      ...this.control,
      options: {
        ...{
          maxSize,
          maxWaitMs,
          grouped: groupOf !== undefined,
          deduplicated: false,
          persist: true,
          shards: 1,
        },
        retries: { max: attempts - 1, strategy: 'fixed', baseDelay: retryAfterMs },
        ...{ deadLetter: true, ordered: false, tags: [] },
      },
      buffers: {
        open: buffers.length,
        items: buffers.reduce((sum, { items }) => sum + items.length, 0),
        ...(buffers.length > 0 && { oldestItemAt: iso(oldest) }),
        asOf: iso(now),
      },
      jobs: {
        ...{ waiting: of('waiting'), active: of('active'), retrying: of('retrying'), parked: of('parked') },
        ...{ completed: of('completed'), failed: of('failed'), dead: of('dead') },
      },
      throughput: {
        minutes: [...this.#minutes].map(([at, sums]) => ({ at: iso(at), ...sums })),
        partial: false,
      },
      lastErrors: jobs
        .filter(job => job.error !== undefined)
        .slice(-5)
        .map(job => ({
          ...{ job: job.id, at: job.sealedAt, message: job.error?.message ?? '', status: job.status },
          ...(job.group !== undefined && { group: job.group }),
        })),
    };
  }

  groups(): GroupStatus[] {
    const { maxSize, maxWaitMs } = this.definition;
    return [...this.buffers.values()].map(({ group, openedAt, items }) => ({
      ...(group !== undefined && { group }),
      ...{ items: items.length, maxSize, openedAt: iso(openedAt), deadline: iso(openedAt + maxWaitMs) },
    }));
  }

  #tick(): void {
    const { maxSize, maxWaitMs } = this.definition;
    if (!this.control.paused) {
      for (const [key, { items, openedAt }] of this.buffers) {
        if (items.length >= maxSize) this.flush(key, 'size');
        else if (openedAt + maxWaitMs <= Date.now()) this.flush(key, 'time');
      }
    }
    const jobs = [...this.jobs.values()];
    for (const job of jobs) {
      const again = job.status === 'retrying' && Date.parse(job.nextAttemptAt ?? '') <= Date.now();
      if (again || job.status === 'waiting') {
        if (this.control.paused && !this.control.draining) job.status = 'parked';
        else void this.#run(job);
      } else if (job.status === 'parked' && !this.control.paused) job.status = 'waiting';
    }
    if (this.drain && this.control.draining && !jobs.some(isUnfinished)) {
      this.drain.finishedAt = iso(Date.now());
      this.control = { ...this.control, draining: false, paused: true };
    }
  }

  async #run(job: FakeJob): Promise<void> {
    const startedAt = iso(Date.now());
    Object.assign(job, { status: 'active', startedAt, attempt: job.attempt + 1 });
    delete job.nextAttemptAt;
    const end = (outcome: string) => {
      const finishedAt = iso(Date.now());
      const attempt: FakeJob['attempts'][number] = { attempt: job.attempt, startedAt, finishedAt, outcome };
      job.attempts.push(attempt);
      delete job.progress;
      return attempt;
    };
    const settle = (state: 'done' | 'dead') => {
      job.finishedAt = iso(Date.now());
      for (const item of job.items) item.state = state;
    };
    try {
      job.result = await this.definition.run((percent, label) => {
        job.progress = { percent, ...(label !== undefined && { label }), at: iso(Date.now()) };
      });
      end('succeeded');
      settle('done');
      delete job.error;
      job.status = 'completed';
      job.counts = { ...job.counts, done: job.items.length, left: 0 };
    } catch (thrown) {
      const { name, message } = thrown as Error;
      job.error = { name, message };
      end('failed').error = job.error;
      if (job.attempt < this.definition.attempts) {
        job.status = 'retrying';
        job.nextAttemptAt = iso(Date.now() + this.definition.retryAfterMs);
      } else {
        job.status = 'dead';
        settle('dead');
      }
    }
  }

  #minute(): { items: number; batches: number } {
    const at = Math.floor(Date.now() / MINUTE) * MINUTE;
    const minute = this.#minutes.get(at) ?? { items: 0, batches: 0 };
    this.#minutes.set(at, minute);
    return minute;
  }
}

export const isUnfinished = ({ status }: FakeJob): boolean =>
  status === 'waiting' || status === 'active' || status === 'retrying';
