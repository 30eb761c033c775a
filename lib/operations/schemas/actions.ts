import * as v from 'valibot';
import type { ActionsPage } from '../../control/actions.ts';
import { ACTIONS } from '../../store/action-ports.ts';
import { CURSOR, text, time } from './answer-fields.ts';
import { AT, JOB_ID } from './examples.ts';
import { schemaOf } from './json.ts';
import { cursor, LIMIT } from './request-fields.ts';

/** What lists of actions have in common. */
export const LIST_OF_ACTIONS = {
  answeredBy: 'adminHttp',
  rights: { table: ['Query'] },
  description:
    'Flushes, pauses, resumes, drains, redrives and purges of the last 90 days that were asked for over HTTP or by invocation, and were done. An action may be missing whose note could not be written.',
  request: {
    schema: v.strictObject({
      limit: v.optional(LIMIT),
      cursor: v.optional(cursor(/^\d{15}\|[\w-]{1,64}$/)),
    }),
  },
  answer: {
    schema: schemaOf<ActionsPage>()(
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
    ),
    description: 'A page of the actions.',
    example: {
      actions: [
        {
          at: AT,
          action: 'redrive',
          batch: 'clicks',
          job: JOB_ID,
          by: 'arn:aws:iam::123456789012:user/ops',
          from: '203.0.113.7',
        },
      ],
    },
  },
} as const;
