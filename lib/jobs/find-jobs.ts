import { JOB_STATUSES, type JobInfo, type JobStatus } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError, RequestError } from '../errors.ts';
import { JOB_LISTS, type JobList, type ListEntry } from '../store/job-ports.ts';
import { isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { toJobInfo } from './job-info.ts';

const LIMIT = { default: 50, max: 500 };
/** Index entries that one call looks at, however few of them are asked for. */
const SCANNED = 2_000;
const PAGE = 100;
const CURSOR = /^\d{15}\|[\w-]{1,100}$/;

export interface JobFilter {
  /** Default: all. */
  readonly status?: JobStatus | undefined;
  /** Default: all. */
  readonly group?: string | undefined;
  /** Jobs at the most, 1 to 500. Default 50. */
  readonly limit?: number | undefined;
  /** Where the page before ended: its `cursor`. */
  readonly cursor?: string | undefined;
}

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
  { status, group, limit = LIMIT.default, cursor }: JobFilter = {},
): Promise<JobPage> {
  checkFilter({ status, limit, cursor });
  const { jobs: store } = services.store;
  const lists = status === undefined ? JOB_LISTS : [listOf(status)];
  const found: JobInfo[] = [];
  const seen = new Set<string>();
  let before = cursor;
  for (let scanned = 0; ; ) {
    const page = await latest(services, batch, lists, before);
    const records = new Map((await store.readJobs(page.map(({ id }) => id))).map(job => [job.id, job]));
    for (const [at, entry] of page.entries()) {
      scanned += 1;
      const job = records.get(entry.id);
      const wanted =
        job &&
        // A job whose status has just changed may be in two lists. Its record tells in which it counts.
        listOf(job.status) === entry.list &&
        !seen.has(job.id) &&
        (status === undefined || job.status === status) &&
        (group === undefined || job.group === group);
      if (wanted) {
        seen.add(job.id);
        found.push(toJobInfo(job));
      }
      const more = at < page.length - 1 || page.length === PAGE;
      if (more && (found.length === limit || scanned === SCANNED)) return { jobs: found, cursor: entry.at };
    }
    if (page.length < PAGE) return { jobs: found };
    before = page.at(-1)?.at;
  }
}

async function latest(
  { store }: Pick<Services, 'store'>,
  batch: string,
  lists: readonly JobList[],
  before: string | undefined,
): Promise<(ListEntry & { readonly list: JobList })[]> {
  const pages = await Promise.all(
    lists.map(async list =>
      (await store.jobs.list(batch, list, PAGE, before)).map(entry => ({ ...entry, list })),
    ),
  );
  return pages
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, PAGE);
}

const listOf = (status: JobStatus): JobList =>
  status === 'completed' || status === 'failed' || status === 'dead' ? status : 'open';

function checkFilter({ status, limit, cursor }: JobFilter): void {
  const refuse = (what: string, value: unknown, allowed: string) => {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `${what} has to be ${allowed}; it was ${JSON.stringify(value)}.`,
      { details: { [what]: value } },
    );
  };
  if (status !== undefined && !JOB_STATUSES.includes(status)) {
    refuse('status', status, `one of ${JOB_STATUSES.join(', ')}`);
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.max)) {
    refuse('limit', limit, `a whole number from 1 to ${LIMIT.max}`);
  }
  if (cursor !== undefined && !CURSOR.test(cursor)) refuse('cursor', cursor, 'the cursor of the page before');
}

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

/** @throws JobError `job.not_ended` */
export function assertEnded(job: Job, purpose: string): void {
  if (isEnded(job)) return;
  throw new JobError(
    ERROR_CODES.jobNotEnded,
    `Job ${job.id} is ${job.status}; only a job that has ended can be ${purpose}.`,
    { details: { job: job.id, status: job.status } },
  );
}
