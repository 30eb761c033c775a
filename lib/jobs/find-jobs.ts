import type { JobInfo, JobStatus } from '../definition/job-info.ts';
import type { Job } from '../store/job.ts';
import { JOB_LISTS, type JobList, type ListEntry } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';
import { checkFilter, isMeant, type JobFilter, LIMIT } from './job-filter.ts';
import { toJobInfo } from './job-info.ts';

/** Index entries that one call looks at, however few of them are asked for. */
const SCANNED = 2_000;
const PAGE = 100;

export interface JobPage<R = unknown> {
  /** The latest first. Jobs that have not ended come before the others as a rule. */
  readonly jobs: readonly JobInfo<R>[];
  /** Where the next page begins; absent when there is none. A page with few jobs or none may have a next page. */
  readonly cursor?: string;
}

/**
 * Lists a batch's jobs, the latest first. A job that has ended stands at its end. A job that has not stands at the ticker's next
 * look, or at its flush where only its message has its items. The indexes may lag a moment.
 *
 * @throws RequestError `request.malformed` for a filter that cannot be
 */
export async function findJobs(
  services: Pick<Services, 'store'>,
  batch: string,
  filter: JobFilter = {},
): Promise<JobPage> {
  const lists = filter.status === undefined ? JOB_LISTS : [listOf(filter.status)];
  const { jobs, cursor } = await findRecords(services, batch, filter, lists);
  return { jobs: jobs.map(toJobInfo), ...(cursor !== undefined && { cursor }) };
}

/** Finds a page of the jobs that are meant, in these lists. It looks at 2,000 of them at the most. */
export async function findRecords(
  services: Pick<Services, 'store'>,
  batch: string,
  filter: JobFilter,
  lists: readonly JobList[],
): Promise<{ readonly jobs: readonly Job[]; readonly cursor?: string }> {
  checkFilter(filter);
  const { limit = LIMIT.default, id, since } = filter;
  const jobs: Job[] = [];
  const seen = new Set<string>();
  const from = since?.getTime() ?? 0;
  let before = filter.cursor;
  for (let scanned = 0; ; ) {
    const { entries, isLast } = await latest(services, batch, lists, before, from);
    // What an id does not have is seen from the index.
    const ids = entries
      .map(entry => entry.id)
      .filter(each => id === undefined || each.includes(id.toLowerCase()));
    const records = new Map((await services.store.jobs.readJobs(ids)).map(job => [job.id, job]));
    for (const [at, entry] of entries.entries()) {
      scanned += 1;
      const job = records.get(entry.id);
      // An index that lags shows a job in the list that it was in. Its record tells in which it is now.
      if (job && lists.includes(listOf(job.status)) && !seen.has(job.id) && isMeant(job, filter)) {
        seen.add(job.id);
        jobs.push(job);
      }
      const isMore = at < entries.length - 1 || !isLast;
      if (isMore && (jobs.length === limit || scanned === SCANNED)) return { jobs, cursor: entry.at };
    }
    if (isLast) return { jobs };
    before = entries.at(-1)?.at;
  }
}

/**
 * Reads the next places of these lists, the latest first. A page ends between two places, so that it never ends between the
 * entries that two lists have of one job.
 *
 * @param from jobs that ended before are left out, and no later page has others
 */
async function latest(
  { store }: Pick<Services, 'store'>,
  batch: string,
  lists: readonly JobList[],
  before: string | undefined,
  from: number,
): Promise<{ entries: readonly ListEntry[]; isLast: boolean }> {
  const pages = await Promise.all(
    lists.map(async list => {
      const page = await store.jobs.list(batch, list, PAGE, before);
      const entries = page.filter(({ at }) => list === 'open' || timeOf(at) >= from);
      return { entries, isLast: page.length < PAGE || entries.length < page.length };
    }),
  );
  const places = new Map(pages.flatMap(page => page.entries.map(entry => [entry.at, entry] as const)));
  const entries = [...places.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    entries: entries.slice(0, PAGE),
    isLast: entries.length <= PAGE && pages.every(page => page.isLast),
  };
}

const timeOf = (at: string): number => Number(at.slice(0, at.indexOf('|')));

const listOf = (status: JobStatus): JobList =>
  status === 'completed' || status === 'failed' || status === 'dead' ? status : 'open';
