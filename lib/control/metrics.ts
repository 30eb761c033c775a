import type { Definition } from '../definition/options.ts';
import { jobsOf } from '../jobs/jobs-of.ts';
import { JOB_LISTS } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';
import type { JobLogLine } from './job-log.ts';
import { remembered } from './remembered.ts';
import { countJob, type DetailedFigures, Steps, type Tally } from './tally.ts';
import type { Throughput } from './throughput.ts';

const MINUTE_MS = 60_000;
/** The spans of time that metrics cover, and the lengths of their steps. */
export const SPANS = {
  hour: { ms: 60 * MINUTE_MS, stepMs: MINUTE_MS },
  day: { ms: 24 * 60 * MINUTE_MS, stepMs: 15 * MINUTE_MS },
  week: { ms: 7 * 24 * 60 * MINUTE_MS, stepMs: 60 * MINUTE_MS },
} as const;
export type Span = keyof typeof SPANS;
export const SPAN_NAMES = ['hour', 'day', 'week'] as const satisfies readonly Span[];

/** How many jobs of each list are read. */
const MOST = 1_000;

/** What has happened to a batch, step by step. */
export interface BatchMetrics {
  /**
   * The source of the figures. `process`: the local stack has counted them. `records`: the batch's jobs, as far as they are
   * kept and read.
   */
  readonly source: 'process' | 'records';
  readonly from: Date;
  readonly to: Date;
  readonly stepMs: number;
  /** The steps, oldest first. Steps without any event are left out. */
  readonly points: readonly MetricPoint[];
  /** Whether there were more jobs than were read. Some are left out. */
  readonly partial: boolean;
}

export interface MetricPoint extends DetailedFigures {
  /** The start of its step. */
  readonly at: Date;
}

/** A process's record of its batches while it runs, for at most an hour. */
export interface History {
  throughput(batch: string): Throughput;
  lastHour(batch: string): BatchMetrics;
  /** The lines of the log about a job. */
  log(job: string): readonly JobLogLine[];
}

/** Converts steps to the metrics of an answer. */
export function toMetrics(
  source: BatchMetrics['source'],
  span: Span,
  now: number,
  steps: Iterable<[at: number, tally: Tally]>,
  partial: boolean,
): BatchMetrics {
  const { ms, stepMs } = SPANS[span];
  const points = [...steps].map(([at, tally]) => ({ at: new Date(at), ...tally.detailed() }));
  return { source, from: new Date(now - ms), to: new Date(now), stepMs, points, partial };
}

/** Computes a batch's metrics in a span of time from its jobs. Reads are bounded. */
export async function recordedMetrics(
  services: Pick<Services, 'store' | 'clock' | 'remember'>,
  { name }: Pick<Definition, 'name'>,
  { span, group }: { readonly span: Span; readonly group: string | undefined },
): Promise<BatchMetrics> {
  const question = `${name} metrics ${span} ${group === undefined ? '' : JSON.stringify(group)}`;
  return remembered(services, question, async () => {
    const now = services.clock.now();
    const { ms, stepMs } = SPANS[span];
    const from = now - ms;
    const lists = await Promise.all(
      JOB_LISTS.map(async list => {
        const jobs = [];
        let read = 0;
        for await (const job of jobsOf(services, name, list)) {
          if ((job.finishedAt ?? now) < from || read === MOST) break;
          read += 1;
          if (group === undefined || job.group === group) jobs.push(job);
        }
        return { jobs, read };
      }),
    );
    const steps = new Steps(from, Number.POSITIVE_INFINITY, stepMs);
    // A job that has just ended may be in two lists.
    const jobs = new Map(lists.flatMap(list => list.jobs.map(job => [job.id, job])));
    for (const job of jobs.values()) countJob(steps, job);
    const partial = lists.some(({ read }) => read === MOST);
    const read = lists.reduce((sum, list) => sum + list.read, 0);
    return { ...toMetrics('records', span, now, steps, partial), read };
  });
}
