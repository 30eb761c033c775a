import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { count } from './schemas/answer-fields.ts';
import { JOB_FILTER, REST_OF_PAGE, restOfPage, toFilter } from './schemas/job-filter.ts';

interface Redriven {
  readonly redriven: number;
  readonly refused?: ReturnType<typeof restOfPage>['refused'];
  readonly cursor?: string;
}

export const redriveBatch = defineOperation({
  name: 'redriveBatch',
  route: 'POST /v1/batches/{batch}/redrive',
  answeredBy: 'adminHttp',
  direct: { function: 'redrive' },
  action: 'redrive',
  // it finds failed and dead jobs, prolongs their windows, makes them wait for an attempt, and sends them
  rights: {
    find: ['jobs'],
    table: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'],
    send: ['jobs'],
  },
  tag: 'Jobs',
  summary: 'Redrive failed and dead jobs of a batch: all, or a page of some',
  description:
    'Without a body it redrives all failed and dead jobs. Dead jobs whose `onDead` has not returned are left out, and not counted. With any field it redrives one page of the jobs that are meant; ask again with the `cursor` for the next page.',
  request: {
    schema: v.strictObject({
      status: v.optional(
        v.pipe(
          v.picklist(['failed', 'dead'], 'it has to be failed or dead'),
          v.description('Default: both.'),
        ),
      ),
      ...JOB_FILTER,
    }),
    example: { error: 'ECONNREFUSED', since: '2026-03-01T09:00:00Z', limit: 100 },
  },
  answer: {
    schema: v.strictObject({
      redriven: count('The number of jobs that run again.'),
      ...REST_OF_PAGE,
    }),
    description: 'The number of jobs that run again.',
    example: { redriven: 1, refused: [] },
  },
  async run(context, { batch, ...said }): Promise<Redriven> {
    const operations = await operationsOn(context, batch);
    if (Object.keys(said).length === 0) return { redriven: await operations.redriveAll() };
    const page = await operations.redriveJobs(toFilter(said));
    return { redriven: page.done, ...restOfPage(page) };
  },
});
