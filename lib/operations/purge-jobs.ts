import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { count } from './schemas/answer-fields.ts';
import { JOB_FILTER, REST_OF_PAGE, restOfPage, toFilter } from './schemas/job-filter.ts';

interface Purged {
  readonly purged: number;
  readonly refused: ReturnType<typeof restOfPage>['refused'];
  readonly cursor?: string;
}

export const purgeJobs = defineOperation({
  name: 'purgeJobs',
  route: 'POST /v1/batches/{batch}/purge',
  answeredBy: 'adminHttp',
  direct: { function: 'purge' },
  action: 'purge',
  // it finds ended jobs, empties their windows, and takes them out of all lists
  rights: { find: ['jobs'], table: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'] },
  tag: 'Jobs',
  summary: 'Purge a page of the ended jobs of a batch',
  description:
    'Deletes the records of jobs and the content of their items. This cannot be undone. Ask again with the `cursor` for the next page.',
  request: {
    schema: v.strictObject({
      status: v.picklist(['completed', 'failed', 'dead'], 'it has to be completed, failed or dead'),
      ...JOB_FILTER,
    }),
    example: { status: 'dead', until: '2026-03-01T09:00:00Z', limit: 100 },
  },
  answer: {
    schema: v.strictObject({
      purged: count('The number of jobs that are gone.'),
      ...REST_OF_PAGE,
      refused: REST_OF_PAGE.refused.wrapped,
    }),
    description: 'The number of jobs that are gone.',
    example: { purged: 1, refused: [] },
  },
  async run(context, { batch, ...said }): Promise<Purged> {
    const page = await (await operationsOn(context, batch)).purgeJobs(toFilter(said));
    return { purged: page.done, ...restOfPage(page) };
  },
});
