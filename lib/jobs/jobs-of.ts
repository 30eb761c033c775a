import type { JobList } from '../store/job-ports.ts';
import { isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';

const PAGE = 200;

/** The jobs of a batch that have not ended, the latest first. */
export async function* openJobs(services: Services, batch: string): AsyncGenerator<Job> {
  for await (const job of jobsOf(services, batch, 'open')) if (!isEnded(job)) yield job;
}

/** The jobs of a list, the latest first: as their records are, whatever the index still says. */
export async function* jobsOf({ store }: Services, batch: string, list: JobList): AsyncGenerator<Job> {
  let before: string | undefined;
  for (;;) {
    const entries = await store.jobs.list(batch, list, PAGE, before);
    const jobs = new Map((await store.jobs.readJobs(entries.map(({ id }) => id))).map(job => [job.id, job]));
    for (const { id } of entries) {
      const job = jobs.get(id);
      if (job) yield job;
    }
    if (entries.length < PAGE) return;
    before = entries.at(-1)?.at;
  }
}
