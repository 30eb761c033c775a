import { jobsOf } from '../jobs/jobs-of.ts';
import type { Job } from '../store/job.ts';
import type { StoreAccess } from '../store/services.ts';
import type { Looked } from './remembered.ts';
import { countJob, type Figures, Steps, Tally } from './tally.ts';

export const MINUTE_MS = 60_000;
export const MINUTES = 60;
/** What has happened to a batch in the last hour. */
export interface Throughput {
  /** The minutes, oldest first. Minutes without any event are left out. */
  readonly minutes: readonly Minute[];
  /** The figures of the last 60 s. */
  readonly lastMinute: Figures;
  /** Whether there were more jobs than were read. Some are left out. */
  readonly partial: boolean;
}

export interface Minute extends Omit<Figures, 'completed'> {
  /** The start of the minute. */
  readonly at: Date;
  /** Items that are done, of batches that ended in it. */
  readonly items: number;
  /** Batches that completed in it. */
  readonly batches: number;
}

/** Converts figures to the form of a batch's status. */
export function toThroughput(
  minutes: Iterable<[at: number, tally: Tally]>,
  lastMinute: Tally,
  partial: boolean,
): Throughput {
  return {
    minutes: [...minutes].map(([at, tally]) => {
      const { completed, ...figures } = tally.figures();
      return { at: new Date(at), items: completed, batches: tally.batches.completed, ...figures };
    }),
    lastMinute: lastMinute.figures(),
    partial,
  };
}

/**
 * Computes from records what has happened in the last hour.
 *
 * @param open the jobs that have not ended, as far as they were read
 * @param caps how many of them are read at most, and how many ended jobs of each status (`throughput`)
 */
export async function readThroughput(
  services: StoreAccess,
  batch: string,
  open: Promise<readonly Job[]>,
  caps: { readonly openJobs: number; readonly throughput: number },
): Promise<Throughput & Looked> {
  const now = services.clock.now();
  const from = now - MINUTES * MINUTE_MS;
  // All of it is awaited at once, so that no failure is left unhandled while another one is told.
  const all = await Promise.all([
    open.then(jobs => ({ jobs, capped: jobs.length === caps.openJobs })),
    ...(['completed', 'failed', 'dead'] as const).map(async list => {
      const jobs: Job[] = [];
      for await (const job of jobsOf(services, batch, list)) {
        if ((job.finishedAt ?? 0) < from || jobs.length === caps.throughput) break;
        jobs.push(job);
      }
      return { jobs, capped: jobs.length === caps.throughput };
    }),
  ]);
  const minutes = new Steps(from, Number.POSITIVE_INFINITY, MINUTE_MS);
  const lastMinute = new Tally();
  const rolling = { at: (time: number) => (time >= now - MINUTE_MS ? lastMinute : undefined) };
  // A job that has just ended may stand in two lists.
  const jobs = new Map(all.flatMap(({ jobs: those }) => those.map(job => [job.id, job])));
  for (const job of jobs.values()) {
    countJob(minutes, job);
    countJob(rolling, job);
  }
  const partial = all.some(({ capped }) => capped);
  return { ...toThroughput(minutes, lastMinute, partial), read: jobs.size };
}
