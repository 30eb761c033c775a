import type { ApiClient } from '../api/api-client.ts';
import type { JobInfo } from '../api/api-types.ts';
import { Outage } from '../api/outage.ts';
import type { Io } from '../io.ts';
import { type JobEvent, jobEvents, type Seen, seenOf } from './job-events.ts';
import { latestJobs } from './latest-jobs.ts';

const POLL_MS = 1_000;
/** How many jobs are remembered. Jobs that were seen longest ago are dropped first. */
const REMEMBERED = 20_000;

interface TailOptions {
  readonly api: Pick<ApiClient, 'call'>;
  readonly io: Pick<Io, 'now' | 'sleep' | 'interrupted'>;
  /** The batch to follow. Default: all. */
  readonly batch?: string | undefined;
  readonly group?: string | undefined;
  readonly onEvent: (event: JobEvent) => Promise<void>;
  /** Called with a batch for which one look could not read all changes. */
  readonly onGap: (batch: string) => Promise<void>;
}

/**
 * Reports the events of jobs from now on, until it is interrupted. Each second it reads the jobs that may have changed, and
 * compares them with their state at the last look.
 *
 * @throws the API's problems; the error of a connection that has failed for 30 s
 */
export async function tail(options: TailOptions): Promise<void> {
  const { io, onEvent } = options;
  const watcher = new JobWatcher(options);
  const outage = new Outage(io);
  for (; !io.interrupted.aborted; await io.sleep(POLL_MS)) {
    try {
      for (const event of await watcher.look()) await onEvent(event);
      outage.answered();
    } catch (error) {
      if (io.interrupted.aborted) return;
      outage.failed(error);
    }
  }
}

class JobWatcher {
  readonly #options: TailOptions;
  readonly #seen = new Map<string, Seen>();
  /** The time of the latest event at the first look. Undefined before the first look. */
  #begun: number | undefined;

  constructor(options: TailOptions) {
    this.#options = options;
  }

  /** Returns the events since the last look, in their order. The first look returns none. */
  async look(): Promise<JobEvent[]> {
    const { api, batch: given, group, onGap } = this.#options;
    const names =
      given === undefined
        ? (await api.call('GET /v1/batches', {})).batches.map(({ batch }) => batch)
        : [given];
    const events: JobEvent[] = [];
    for (const batch of names) {
      const hasChanged = (job: JobInfo) => this.#begun !== undefined && this.#hasChanged(job);
      const { jobs, isCut } = await latestJobs(api, { batch, group }, hasChanged);
      for (const job of jobs) events.push(...this.#eventsOf(job));
      if (isCut) await onGap(batch);
    }
    events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    this.#forget();
    if (this.#begun !== undefined) return events;
    this.#begun = Date.parse(events.at(-1)?.at ?? '') || 0;
    return [];
  }

  #eventsOf(job: JobInfo): JobEvent[] {
    const before = this.#seen.get(job.id);
    // move the job to the end of the map, so that it is dropped last
    this.#seen.delete(job.id);
    this.#seen.set(job.id, seenOf(job));
    const events = jobEvents(job, before);
    // an older job that the first look did not read
    return before === undefined ? events.filter(({ at }) => Date.parse(at) > (this.#begun ?? 0)) : events;
  }

  #hasChanged(job: JobInfo): boolean {
    const before = this.#seen.get(job.id);
    const now = seenOf(job);
    return before === undefined || before.status !== now.status || before.latest !== now.latest;
  }

  #forget(): void {
    for (const id of this.#seen.keys()) {
      if (this.#seen.size <= REMEMBERED) return;
      this.#seen.delete(id);
    }
  }
}
