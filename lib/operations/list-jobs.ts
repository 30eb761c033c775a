import * as v from 'valibot';
import { JOB_STATUSES } from '../definition/job-info.ts';
import { bytesOf, MAX_ANSWER_BYTES } from './definition/answer-size.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { text } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { JOB_FILTER, toFilter } from './schemas/job-filter.ts';
import { JOB_INFO } from './schemas/job-info.ts';
import { PAGE } from './schemas/request-fields.ts';

export const listJobs = defineOperation({
  name: 'listJobs',
  route: 'GET /v1/batches/{batch}/jobs',
  answeredBy: 'adminHttp',
  direct: { function: 'jobs' },
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Jobs',
  summary: 'List a batch’s jobs, the latest first',
  request: {
    schema: v.strictObject({
      status: v.optional(
        v.pipe(
          v.picklist(JOB_STATUSES, `it has to be one of ${JOB_STATUSES.join(', ')}`),
          v.description('Default: all.'),
        ),
      ),
      ...JOB_FILTER,
    }),
  },
  answer: {
    schema: v.strictObject({
      jobs: v.pipe(v.array(JOB_INFO), v.description('The latest first.')),
      cursor: v.exactOptional(
        text('The cursor of the next page. A page may have few jobs, or none, although there is a next.'),
      ),
    }),
    description: 'A page of the jobs.',
    example: { jobs: [examples.JOB] },
  },
  /** Returns a shorter page than asked for if that would not fit into an answer. */
  async run(context, { batch, ...said }) {
    const filter = toFilter(said);
    const operations = await operationsOn(context, batch);
    for (let limit = filter.limit ?? PAGE.default; ; limit = Math.ceil(limit / 2)) {
      const page = await operations.getJobs({ ...filter, limit });
      if (limit === 1 || bytesOf(page) <= MAX_ANSWER_BYTES) return page;
    }
  },
});
