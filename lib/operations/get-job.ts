import * as v from 'valibot';
import type { JobInfo } from '../definition/job-info.ts';
import { LIMITS } from '../definition/limits.ts';
import * as ERROR_CODES from '../error-codes.ts';
import type { JobItem } from '../jobs/list-items.ts';
import { lateImport } from '../late-import.ts';
import { fitting } from './definition/answer-size.ts';
import { jobById } from './definition/job-by-id.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { count } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { JOB, JOB_ITEM } from './schemas/job-info.ts';
import { integer } from './schemas/request-fields.ts';

const lateSaidBy = lateImport(async () => (await import('../jobs/error-groups.ts')).saidBy);

/** A job with as many of its items as fit into an answer. */
interface JobWithItems extends JobInfo {
  readonly items?: readonly JobItem[];
  /** The first item that did not fit. */
  readonly nextItem?: number;
}

export const getJob = defineOperation({
  name: 'getJob',
  route: 'GET /v1/jobs/{job}',
  answeredBy: 'adminHttp',
  direct: { function: 'jobs' },
  // reading a window fences its gaps, which puts tombstones
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'Query', 'PutItem'] },
  tag: 'Jobs',
  summary: 'Get a job, and its items if asked for',
  description:
    'Items of a batch with `persist: false` are listed only if the job has been parked or has failed for good. With `items`, the job’s batch has to be deployed (`batch.unknown`).',
  request: {
    schema: v.strictObject({
      items: v.optional(
        v.pipe(v.boolean(), v.description('Whether to list the job’s items. Default `false`.')),
      ),
      from: v.optional(
        v.pipe(
          integer(0, LIMITS.maxSize.max),
          v.description('The `index` of the first item to list: `nextItem` of the page before. Default 0.'),
        ),
      ),
      says: v.optional(
        v.pipe(
          v.string(),
          v.description(
            'Lists only the items whose error is of this group, as `GET /v1/batches/{batch}/errors` tells it: its `name`, a colon, a space and its `message`.',
          ),
        ),
      ),
    }),
  },
  answer: {
    schema: v.strictObject({
      ...JOB,
      items: v.exactOptional(v.pipe(v.array(JOB_ITEM), v.description('Present if asked for.'))),
      nextItem: v.exactOptional(
        count('The items did not all fit into the answer: ask again with `from` set to this.'),
      ),
    }),
    description: 'The job’s record.',
    example: {
      ...examples.JOB,
      items: [
        { index: 0, state: 'dead', item: { id: 'c1', site: 'example.com' } },
        { index: 1, state: 'dead', item: { id: 'c2', site: 'example.com' } },
      ],
    },
  },
  errors: [ERROR_CODES.jobUnknown, ERROR_CODES.jobAmbiguous, ERROR_CODES.batchUnknown],
  async run(context, { job: id, items: wanted = false, from = 0, says }): Promise<JobWithItems> {
    const job = await jobById(context, id);
    if (!wanted) return job;
    const all = await (await operationsOn(context, job.batch)).getJobItems(job.id);
    const rest = all.filter(({ index }) => index >= from);
    const meant = says === undefined ? rest : await sayingSo(rest, says);
    const { page: items, next } = fitting(meant);
    return { ...job, items, ...(next && { nextItem: next.index }) };
  },
});

async function sayingSo(items: readonly JobItem[], says: string): Promise<JobItem[]> {
  const saidBy = await lateSaidBy();
  return items.filter(({ error }) => error && saidBy(error) === says);
}
