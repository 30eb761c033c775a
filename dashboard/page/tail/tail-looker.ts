import type { BatchStatus, JobInfo } from '../api/contract.ts';
import { call } from '../api/request.ts';
import { eventsOf, type JobEvent, type Seen, seenOf } from '../model/job-events.ts';

const PAGE = 100;
/** Jobs of a batch that one look reads at most. */
const MOST = 500;
/** Jobs that are remembered; those that were seen longest ago are forgotten first. */
const REMEMBERED = 20_000;

/** What has happened since the last look, and the batches of which one look could not read all of it. */
export interface Look {
  readonly events: readonly JobEvent[];
  readonly cut: readonly string[];
}

/**
 * Looks at the latest jobs again and again, and tells what has happened in between. Batches that stand as they stood are
 * not asked for their jobs.
 */
export class TailLooker {
  readonly #only: string | undefined;
  readonly #seen = new Map<string, Seen>();
  readonly #stood = new Map<string, string>();
  /** Events before this time are not shown. */
  #since: string | undefined;

  /** @param only the batch to look at; default all */
  constructor(only: string | undefined) {
    this.#only = only;
  }

  /** The first look tells nothing. */
  async look(signal: AbortSignal): Promise<Look> {
    const { batches } = await call('GET /v1/batches', {}, signal);
    const wanted = batches.filter(({ batch }) => this.#only === undefined || batch === this.#only);
    const moved = wanted.filter(status => this.#stood.get(status.batch) !== standing(status));
    const looks = await Promise.all(moved.map(({ batch }) => this.#lookAt(batch, signal)));
    // only now: what an aborted look has asked is asked again
    for (const status of moved) this.#stood.set(status.batch, standing(status));
    const events = looks.flatMap(({ jobs }) => jobs.flatMap(job => this.#take(job)));
    this.#forget();
    const first = this.#since === undefined;
    this.#since ??=
      events
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? '';
    return {
      events: first ? [] : events.sort((a, b) => a.at.localeCompare(b.at)),
      cut: first ? [] : looks.flatMap(({ batch, cut }) => (cut ? [batch] : [])),
    };
  }

  async #lookAt(batch: string, signal: AbortSignal) {
    const jobs = new Map<string, JobInfo>();
    let cut = false;
    // a retrying job may be far down the list of the latest
    for (const status of [undefined, 'retrying'] as const) {
      let cursor: string | undefined;
      let read = 0;
      do {
        const page = await call(
          'GET /v1/batches/{batch}/jobs',
          { batch, status, limit: PAGE, cursor },
          signal,
        );
        for (const job of page.jobs) jobs.set(job.id, job);
        read += page.jobs.length;
        const goesOn = this.#since !== undefined && page.jobs.every(job => this.#hasMoved(job));
        cursor = goesOn && page.cursor !== cursor ? page.cursor : undefined;
      } while (cursor !== undefined && read < MOST);
      cut ||= cursor !== undefined;
    }
    return { batch, jobs: [...jobs.values()], cut };
  }

  #take(job: JobInfo): JobEvent[] {
    const before = this.#seen.get(job.id);
    this.#seen.delete(job.id);
    this.#seen.set(job.id, seenOf(job));
    const events = eventsOf(job, before);
    return before === undefined ? events.filter(({ at }) => at > (this.#since ?? '')) : events;
  }

  #hasMoved(job: JobInfo): boolean {
    const before = this.#seen.get(job.id);
    const now = seenOf(job);
    return before?.status !== now.status || before.attempts !== now.attempts;
  }

  #forget(): void {
    for (const id of this.#seen.keys()) {
      if (this.#seen.size <= REMEMBERED) return;
      this.#seen.delete(id);
    }
  }
}

/** What of a batch changes with every event of its jobs. */
const standing = ({ jobs, throughput, lastErrors }: BatchStatus): string =>
  JSON.stringify([jobs, throughput.minutes.at(-1), lastErrors]);
