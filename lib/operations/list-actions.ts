import * as v from 'valibot';
import { type ActionsPage, listActions as list } from '../control/actions.ts';
import { findDefinition } from '../definition/find-definition.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { ACTIONS } from '../store/action-ports.ts';
import { defineOperation } from './definition/operation.ts';
import { CURSOR, text, time } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';
import { cursor as cursorOf, LIMIT, PAGE } from './schemas/request-fields.ts';

const PAGE_OF_ACTIONS = schemaOf<ActionsPage>()(
  v.strictObject({
    actions: v.pipe(
      v.array(
        v.strictObject({
          at: time('When it was done.'),
          action: v.picklist(ACTIONS),
          batch: text('The batch’s name.'),
          job: v.exactOptional(text('Absent where it was not about one job.')),
          by: v.exactOptional(
            text('Who asked, as the API’s authorizer has it. Absent where nobody was identified.'),
          ),
          from: v.exactOptional(text('Where it was asked: an address, or `invocation`.')),
          asked: v.exactOptional(text('What was asked besides, as JSON.')),
          result: v.exactOptional(text('What came of it, as JSON.')),
        }),
      ),
      v.description('The latest first.'),
    ),
    cursor: CURSOR,
  }),
);

export const listActions = defineOperation({
  name: 'listActions',
  route: 'GET /v1/actions',
  answeredBy: 'adminHttp',
  rights: { table: ['Query'] },
  tag: 'Batches',
  summary: 'List what operators have done, the latest first',
  description:
    'Flushes, pauses, resumes, drains, redrives and purges of the last 90 days that were asked for over HTTP or by invocation, and were done. An action may be missing whose note could not be written.',
  request: {
    schema: v.strictObject({
      batch: v.optional(v.pipe(v.string(), v.description('A batch’s name. Default: all batches.'))),
      limit: v.optional(LIMIT),
      cursor: v.optional(cursorOf(/^\d{15}\|[\w-]{1,64}$/)),
    }),
  },
  answer: {
    schema: PAGE_OF_ACTIONS,
    description: 'A page of the actions.',
    example: {
      actions: [
        {
          at: examples.AT,
          action: 'redrive',
          batch: 'clicks',
          job: examples.JOB_ID,
          by: 'arn:aws:iam::123456789012:user/ops',
          from: '203.0.113.7',
        },
      ],
    },
  },
  errors: [ERROR_CODES.batchUnknown],
  run({ deployment, definitions }, { batch, limit = PAGE.default, cursor }) {
    const meant = batch === undefined ? definitions : [findDefinition(definitions, batch)];
    const batches = meant.map(({ name }) => name);
    return list(deployment.services, batches, { limit, cursor });
  },
});
