import type { ApiClient } from '../api/api-client.ts';
import type { JobInfo } from '../api/api-types.ts';

const PAGE = 100;
/** How many jobs of a list one look reads at most. */
const MOST = 500;

export interface LatestJobs {
  readonly jobs: readonly JobInfo[];
  /** Whether more jobs may have changed than one look reads. */
  readonly isCut: boolean;
}

/**
 * Reads the jobs of a batch that may have changed: its latest ones, page by page while all jobs of a page have changed,
 * and those that are retrying, which a list of the latest jobs does not have first.
 */
export async function latestJobs(
  api: Pick<ApiClient, 'call'>,
  { batch, group }: { readonly batch: string; readonly group: string | undefined },
  hasChanged: (job: JobInfo) => boolean,
): Promise<LatestJobs> {
  const jobs = new Map<string, JobInfo>();
  let isCut = false;
  for (const status of [undefined, 'retrying']) {
    const filter = { ...(group !== undefined && { group }), ...(status !== undefined && { status }) };
    let cursor: string | undefined;
    let read = 0;
    do {
      const page = await api.call('GET /v1/batches/{batch}/jobs', {
        batch,
        ...filter,
        limit: `${PAGE}`,
        ...(cursor !== undefined && { cursor }),
      });
      for (const job of page.jobs) jobs.set(job.id, job);
      read += page.jobs.length;
      cursor = page.jobs.every(hasChanged) && page.cursor !== cursor ? page.cursor : undefined;
    } while (cursor !== undefined && read < MOST);
    isCut ||= cursor !== undefined;
  }
  return { jobs: [...jobs.values()], isCut };
}
