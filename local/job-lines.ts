import type { JobLogLine } from '#lib/control/job-log';
import type { Note } from '#lib/telemetry/log-line';
import { toText } from '#lib/telemetry/to-loggable';
import { cut } from '#lib/text/cut';

/** Jobs whose lines are kept, and lines of each. */
const JOBS = 1_000;
const LINES = 200;
const LENGTH = 2_000;

/** Keeps the latest lines of the log about each of the latest jobs, in memory. */
export class JobLines {
  readonly #byJob = new Map<string, JobLogLine[]>();

  add(at: number, { job, level, message, attempt, data }: Note): void {
    // debug lines are about requests: who looks at a job does not change its log
    if (job === undefined || level === 'debug') return;
    const lines = this.#byJob.get(job) ?? [];
    // The map's order is that of the latest lines.
    this.#byJob.delete(job);
    this.#byJob.set(job, lines);
    lines.push({
      at: new Date(at),
      level,
      message: cut(message, LENGTH - 1),
      ...(attempt !== undefined && { attempt }),
      ...(data !== undefined && { data: cut(toText(data), LENGTH - 1) }),
    });
    if (lines.length > LINES) lines.shift();
    const [oldest] = this.#byJob.keys();
    if (this.#byJob.size > JOBS && oldest !== undefined) this.#byJob.delete(oldest);
  }

  of(job: string): readonly JobLogLine[] {
    return this.#byJob.get(job) ?? [];
  }
}
