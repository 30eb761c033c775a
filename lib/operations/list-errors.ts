import * as v from 'valibot';
import { findDefinition } from '../definition/find-definition.ts';
import { type ErrorGroups, findErrors } from '../jobs/find-errors.ts';
import { defineOperation } from './definition/operation.ts';
import { count, flag, JOB_ID as ID, text, time } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { JOB_FILTER, toFilter } from './schemas/job-filter.ts';
import { schemaOf } from './schemas/json.ts';

const ERRORS = schemaOf<ErrorGroups>()(
  v.strictObject({
    errors: v.pipe(
      v.array(
        v.strictObject({
          name: text('The errors’ name.'),
          message: text('What they say, with `…` in place of numbers and ids.'),
          example: text('The message of the latest one.'),
          jobs: count('Jobs that have such an error.'),
          ended: count('Those of the jobs that have failed for good.'),
          items: count('Their items that failed with such an error, as far as the jobs say.'),
          firstAt: time('When the first of these jobs failed.'),
          lastAt: time('When the latest of them failed.'),
          latest: v.pipe(v.array(ID), v.description('The latest five of these jobs.')),
        }),
      ),
      v.description('Those of the most jobs first, 50 at the most.'),
    ),
    jobs: count('The jobs with errors that were looked at.'),
    partial: flag('Whether there are more jobs than were looked at, or more groups than are told.'),
  }),
);

export const listErrors = defineOperation({
  name: 'listErrors',
  route: 'GET /v1/batches/{batch}/errors',
  answeredBy: 'adminHttp',
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Jobs',
  summary: 'List what goes wrong in a batch, errors that say the same together',
  description: 'Looks at the latest 500 jobs that have failed, are dead or retry.',
  request: {
    schema: v.strictObject({
      group: JOB_FILTER.group,
      since: JOB_FILTER.since,
      until: JOB_FILTER.until,
    }),
  },
  answer: {
    schema: ERRORS,
    description: 'The errors, grouped by what they say without numbers and ids.',
    example: {
      errors: [
        {
          name: 'Error',
          message: 'no answer from shard …',
          example: 'no answer from shard 7',
          jobs: 3,
          ended: 2,
          items: 1_200,
          firstAt: examples.AT,
          lastAt: examples.LATER,
          latest: [examples.JOB_ID],
        },
      ],
      jobs: 3,
      partial: false,
    },
  },
  run({ deployment, definitions }, { batch, ...said }) {
    const { name } = findDefinition(definitions, batch);
    return findErrors(deployment.services, name, toFilter(said));
  },
});
