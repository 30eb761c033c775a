import * as v from 'valibot';
import * as ERROR_CODES from '../error-codes.ts';
import { jobById } from './definition/job-by-id.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { JOB_ID, text } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { NOTHING } from './schemas/request-fields.ts';

export const purgeJob = defineOperation({
  name: 'purgeJob',
  route: 'POST /v1/jobs/{job}/purge',
  answeredBy: 'adminHttp',
  direct: { function: 'purge' },
  action: 'purge',
  // it empties the window and removes the job from all lists
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'Query', 'UpdateItem'] },
  tag: 'Jobs',
  summary: 'Delete an ended job’s record and the content of its items',
  request: NOTHING,
  answer: {
    schema: v.strictObject({ purged: JOB_ID, batch: text('Its batch’s name.') }),
    description: 'The job is deleted.',
    example: { purged: examples.JOB_ID, batch: 'clicks' },
  },
  errors: [
    ERROR_CODES.jobUnknown,
    ERROR_CODES.jobAmbiguous,
    ERROR_CODES.batchUnknown,
    ERROR_CODES.jobNotEnded,
  ],
  async run(context, { job }) {
    const { id, batch } = await jobById(context, job);
    await (await operationsOn(context, batch)).purge(id);
    return { purged: id, batch };
  },
});
