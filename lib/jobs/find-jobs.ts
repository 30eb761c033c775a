import pLimit from 'p-limit';
import type { JobInfo, JobStatus } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import { isEnded, type Job } from '../store/job.ts';
import { JOB_LISTS, type JobList, type ListEntry } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';
import { checkFilter, isMeant, type JobFilter, LIMIT } from './job-filter.ts';
import { toJobInfo } from './job-info.ts';

/** Index entries that one call looks at, however few of them are asked for. */
const SCANNED = 2_000;
const PAGE = 100;

export interface JobPage<R = unknown> {
  /** Jobs that have not ended, then the others, the latest first. */
  readonly jobs: readonly JobInfo<R>[];
  /** Where the next page begins; absent when there is none. A page with few jobs or none may have a next page. */
  readonly cursor?: string;
}

/**
 * Lists a batch's jobs. Jobs that have not ended come first, by the time of the ticker's next look, the latest first.
 * Then come the others, by their end, the latest first. The indexes may lag a moment.
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
      // A job whose status has just changed may be in two lists. Its record tells in which it counts.
      if (job && listOf(job.status) === entry.list && !seen.has(job.id) && isMeant(job, filter)) {
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
 * Reads the next entries of these lists, the latest first.
 *
 * @param from entries of jobs that ended before are left out, and no later page has others
 */
async function latest(
  { store }: Pick<Services, 'store'>,
  batch: string,
  lists: readonly JobList[],
  before: string | undefined,
  from: number,
): Promise<{ entries: (ListEntry & { readonly list: JobList })[]; isLast: boolean }> {
  const pages = await Promise.all(
    lists.map(async list => {
      const page = await store.jobs.list(batch, list, PAGE, before);
      const entries = page.filter(({ at }) => list === 'open' || timeOf(at) >= from);
      return {
        entries: entries.map(entry => ({ ...entry, list })),
        isLast: page.length < PAGE || entries.length < page.length,
      };
    }),
  );
  const entries = pages.flatMap(page => page.entries).sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    entries: entries.slice(0, PAGE),
    isLast: entries.length <= PAGE && pages.every(page => page.isLast),
  };
}

const timeOf = (at: string): number => Number(at.slice(0, at.indexOf('|')));

const listOf = (status: JobStatus): JobList =>
  status === 'completed' || status === 'failed' || status === 'dead' ? status : 'open';

/** Reads a job by its id; undefined when it does not exist, or is not shown any more. */
export async function findJob({ store }: Pick<Services, 'store'>, id: string): Promise<JobInfo | undefined> {
  const job = await store.jobs.readJob(id);
  return job && toJobInfo(job);
}

/**
 * Reads a job that has to exist.
 *
 * @param batch the batch that the job has to belong to
 * @throws JobError `job.unknown`
 */
export async function existingJob(
  { store }: Pick<Services, 'store'>,
  id: string,
  batch?: string,
): Promise<Job> {
  const job = await store.jobs.readJob(id);
  if (job && (batch === undefined || job.batch === batch)) return job;
  throw new JobError(
    ERROR_CODES.jobUnknown,
    `There is no job ${JSON.stringify(id)}: its window may be open yet, or its record has expired.`,
    { details: { job: id } },
  );
}

/** The beginning of a job's id. Shorter ones would be those of too many jobs. */
const BEGINNING = /^[0-9a-f][0-9a-f-]{3,34}$/;
/** Batches that are looked through at the same time. */
const PARALLEL_BATCHES = 4;

/**
 * Reads a job by its id, or by the beginning of it that no other job has. For a beginning it looks through the ids of
 * the latest 2,000 jobs in each list of each batch.
 *
 * @throws JobError `job.unknown`; `job.ambiguous` when several jobs have ids that begin so
 */
export async function jobOfShortId(
  services: Pick<Services, 'store'>,
  batches: readonly string[],
  given: string,
): Promise<Job> {
  const beginning = given.toLowerCase();
  const exact = await services.store.jobs.readJob(given);
  if (exact || !BEGINNING.test(beginning)) return exact ?? existingJob(services, given);
  const limit = pLimit(PARALLEL_BATCHES);
  const found = await Promise.all(
    batches.map(batch => limit(() => idsThatBegin(services, batch, beginning))),
  );
  const ids = [...new Set(found.flat())];
  if (ids.length > 1) {
    throw new JobError(
      ERROR_CODES.jobAmbiguous,
      `${ids.length} jobs have ids that begin with ${beginning}: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}. Give more of the id.`,
      { details: { jobs: ids.slice(0, 5) } },
    );
  }
  return existingJob(services, ids[0] ?? given);
}

async function idsThatBegin(
  { store }: Pick<Services, 'store'>,
  batch: string,
  beginning: string,
): Promise<string[]> {
  const ids = await Promise.all(
    JOB_LISTS.map(async list => {
      const page = await store.jobs.list(batch, list, SCANNED);
      return page.map(({ id }) => id).filter(id => id.startsWith(beginning));
    }),
  );
  return ids.flat();
}

/** @throws JobError `job.not_ended` */
export function assertEnded(job: Job, purpose: string): void {
  if (isEnded(job)) return;
  throw new JobError(
    ERROR_CODES.jobNotEnded,
    `Job ${job.id} is ${job.status}; only a job that has ended can be ${purpose}.`,
    { details: { job: job.id, status: job.status } },
  );
}
