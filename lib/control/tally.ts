import type { FlushReason } from '../definition/flush-reason.ts';
import type { Job } from '../store/job.ts';
import { isEnded } from '../store/job.ts';
import { Samples, type Spread } from './samples.ts';

/** What has happened to a batch in a span of time. */
export interface Figures {
  /** Items that were added. Absent if they were not counted. */
  readonly added?: number;
  /** Slots of batches that were flushed. */
  readonly flushed: number;
  /** Items that are done, of batches that ended. */
  readonly completed: number;
  /** Items of batches that failed for good. */
  readonly failed: number;
  /** Attempts that ended without success, whether or not another one follows. */
  readonly failedAttempts: number;
}

/** The figures, with reasons and distributions. */
export interface DetailedFigures extends Figures {
  readonly batches: { readonly flushed: number; readonly completed: number; readonly failed: number };
  /** Batches that were flushed, by the reason. */
  readonly reasons: Partial<Readonly<Record<FlushReason, number>>>;
  /** Slots of the batches that were flushed. */
  readonly size?: Spread;
  /** Milliseconds from the deadline of a batch that was flushed by time to its flush. */
  readonly lateness?: Spread;
  /** How long attempts took, in milliseconds. */
  readonly duration?: Spread;
}

/** Adds up what has happened to a batch in a span of time. */
export class Tally {
  added: number | undefined;
  flushed = 0;
  completed = 0;
  failed = 0;
  failedAttempts = 0;
  readonly batches = { flushed: 0, completed: 0, failed: 0 };
  readonly reasons = new Map<FlushReason, number>();
  readonly size = new Samples();
  readonly lateness = new Samples();
  readonly duration = new Samples();

  add(items: number): void {
    this.added = (this.added ?? 0) + items;
  }

  flush(slots: number, reason: FlushReason): void {
    this.flushed += slots;
    this.batches.flushed += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.size.add(slots);
  }

  complete(items: number): void {
    this.completed += items;
    this.batches.completed += 1;
  }

  /** @param done items of the batch that did not fail */
  fail(items: number, done = 0): void {
    this.failed += items;
    this.completed += done;
    this.batches.failed += 1;
  }

  join(other: Tally): void {
    if (other.added !== undefined) this.add(other.added);
    this.flushed += other.flushed;
    this.completed += other.completed;
    this.failed += other.failed;
    this.failedAttempts += other.failedAttempts;
    this.batches.flushed += other.batches.flushed;
    this.batches.completed += other.batches.completed;
    this.batches.failed += other.batches.failed;
    for (const [reason, count] of other.reasons)
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
    this.size.join(other.size);
    this.lateness.join(other.lateness);
    this.duration.join(other.duration);
  }

  figures(): Figures {
    const { added, flushed, completed, failed, failedAttempts } = this;
    return { ...(added !== undefined && { added }), flushed, completed, failed, failedAttempts };
  }

  detailed(): DetailedFigures {
    const spreads = { size: this.size, lateness: this.lateness, duration: this.duration };
    return {
      ...this.figures(),
      batches: { ...this.batches },
      reasons: Object.fromEntries(this.reasons),
      ...Object.fromEntries(
        Object.entries(spreads).flatMap(([name, samples]) => {
          const spread = samples.spread();
          return spread ? [[name, spread]] : [];
        }),
      ),
    };
  }
}

/** A span of time, cut into steps, with a tally for each. Times are in ms since the epoch. */
export class Steps {
  readonly #from: number;
  readonly #to: number;
  readonly #stepMs: number;
  readonly #tallies = new Map<number, Tally>();

  /** @param to the end of the span. Events at this time or later do not count */
  constructor(from: number, to: number, stepMs: number) {
    [this.#from, this.#to, this.#stepMs] = [from, to, stepMs];
  }

  /** Returns the tally of the step with this time; undefined if the time is outside of the span. */
  at(time: number): Tally | undefined {
    if (!(time >= this.#from && time < this.#to)) return undefined;
    const step = Math.floor(time / this.#stepMs) * this.#stepMs;
    const tally = this.#tallies.get(step) ?? new Tally();
    this.#tallies.set(step, tally);
    return tally;
  }

  /** Iterates over the steps with any event, oldest first. */
  [Symbol.iterator](): Iterator<[at: number, tally: Tally]> {
    return [...this.#tallies].sort(([a], [b]) => a - b)[Symbol.iterator]();
  }
}

/** Counts a job's flush, its attempts and its end, from its record. */
export function countJob(steps: Pick<Steps, 'at'>, job: Job): void {
  const { count, reason, sealedAt, deadline, status, finishedAt, runs, items = count } = job;
  const flush = steps.at(sealedAt);
  flush?.flush(count, reason);
  if (reason === 'time') flush?.lateness.add(Math.max(0, sealedAt - deadline));
  for (const { startedAt, finishedAt: endedAt = startedAt, outcome } of runs) {
    const attempt = endedAt === undefined ? undefined : steps.at(endedAt);
    if (attempt === undefined || endedAt === undefined) continue;
    if (outcome !== 'succeeded') attempt.failedAttempts += 1;
    if (startedAt !== undefined) attempt.duration.add(Math.max(0, endedAt - startedAt));
  }
  if (!isEnded(job) || finishedAt === undefined) return;
  if (status === 'completed') steps.at(finishedAt)?.complete(items);
  else steps.at(finishedAt)?.fail(failedItems(job), items - failedItems(job));
}

/** Counts the items of a job that has failed for good. */
function failedItems({ left, items, count }: Job): number {
  const all = items ?? count;
  if (left === undefined) return all;
  let failed = 0;
  for (const byte of left) for (let bits = byte; bits > 0; bits >>= 1) failed += bits & 1;
  return Math.min(all, failed);
}
