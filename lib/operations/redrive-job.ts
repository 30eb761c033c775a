import * as ERROR_CODES from '../error-codes.ts';
import { jobById } from './definition/job-by-id.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import * as examples from './schemas/examples.ts';
import { JOB_INFO } from './schemas/job-info.ts';
import { NOTHING } from './schemas/request-fields.ts';

export const redriveJob = defineOperation({
  name: 'redriveJob',
  route: 'POST /v1/jobs/{job}/redrive',
  answeredBy: 'adminHttp',
  direct: { function: 'redrive' },
  action: 'redrive',
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'Query', 'UpdateItem'], send: ['jobs'] },
  tag: 'Jobs',
  summary: 'Run a failed or dead job again',
  description:
    'The job gets the items that failed, and all attempts. A dead job is refused until its `onDead` has returned.',
  request: NOTHING,
  answer: {
    schema: JOB_INFO,
    description: 'The job, which waits for its first attempt.',
    example: { ...examples.JOB, status: 'waiting', attempt: 0, redrives: 1 },
  },
  errors: [
    ERROR_CODES.jobUnknown,
    ERROR_CODES.jobAmbiguous,
    ERROR_CODES.batchUnknown,
    ERROR_CODES.jobNotRedrivable,
    ERROR_CODES.jobOnDeadPending,
  ],
  async run(context, { job }) {
    const { id, batch } = await jobById(context, job);
    return (await operationsOn(context, batch)).redrive(id);
  },
});
