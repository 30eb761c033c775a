import * as v from 'valibot';
import { checkGroup } from '../control/check-group.ts';
import { findDefinition } from '../definition/find-definition.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { count, GROUP as GROUP_KEY, JOB_ID } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { GROUP } from './schemas/request-fields.ts';

export const flush = defineOperation({
  name: 'flush',
  route: 'POST /v1/batches/{batch}/flush',
  answeredBy: 'adminHttp',
  direct: { function: 'flush' },
  action: 'flush',
  // it finds open buffers, seals and publishes them, and does not wait for the throttle
  rights: {
    find: ['due'],
    table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
    send: ['jobs', 'timers'],
    events: true,
  },
  tag: 'Batches',
  summary: 'Flush a batch, or one group of it',
  description: 'Without `group`, all open buffers of the batch are flushed.',
  request: {
    schema: v.strictObject({
      group: v.optional(GROUP),
      force: v.optional(
        v.pipe(v.boolean(), v.description('Whether to flush even if the batch is paused. Default `false`.')),
      ),
    }),
    example: { group: 'example.com' },
  },
  answer: {
    schema: v.strictObject({
      jobs: v.array(
        v.strictObject({
          job: JOB_ID,
          group: GROUP_KEY,
          items: count('The number of slots of its window. There may be fewer items.'),
        }),
      ),
    }),
    description: 'The jobs that the flush has made.',
    example: { jobs: [{ job: examples.JOB_ID, group: 'example.com', items: 42 }] },
  },
  errors: [ERROR_CODES.paused],
  async run(context, { batch, group, force = false }) {
    if (group !== undefined) checkGroup(findDefinition(context.definitions, batch), group);
    return { jobs: await (await operationsOn(context, batch)).flush(group, { force }) };
  },
});
