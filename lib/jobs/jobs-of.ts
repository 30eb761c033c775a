import { isEnded, type Job } from '../store/job.ts';
import type { JobList, ListEntry } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';

const PAGE = 200;

/** Reads the jobs of a batch that have not ended, in the order of the ticker's next looks. */
export async function* openJobs(services: Pick<Services, 'store'>, batch: string): AsyncGenerator<Job> {
  const page = (after?: string) => services.store.jobs.openFrom(batch, PAGE, after);
  // A job that is put off meanwhile is on a later page too.
  const seen = new Set<string>();
  for await (const job of read(services, PAGE, page)) {
    if (isEnded(job) || seen.has(job.id)) continue;
    seen.add(job.id);
    yield job;
  }
}

/**
 * Reads the jobs of a list, the latest first. The records decide which jobs are in it, since the index may lag.
 *
 * @param atOnce how many are read at a time. Default 200
 */
export async function* jobsOf(
  services: Pick<Services, 'store'>,
  batch: string,
  list: JobList,
  atOnce: number = PAGE,
): AsyncGenerator<Job> {
  yield* read(services, atOnce, before => services.store.jobs.list(batch, list, atOnce, before));
}

async function* read(
  { store }: Pick<Services, 'store'>,
  atOnce: number,
  next: (from?: string) => Promise<ListEntry[]>,
): AsyncGenerator<Job> {
  for (let from: string | undefined; ; ) {
    const entries = await next(from);
    const jobs = new Map((await store.jobs.readJobs(entries.map(({ id }) => id))).map(job => [job.id, job]));
    for (const { id } of entries) {
      const job = jobs.get(id);
      if (job) yield job;
    }
    if (entries.length < atOnce) return;
    from = entries.at(-1)?.at;
  }
}
