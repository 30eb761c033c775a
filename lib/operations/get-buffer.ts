import * as v from 'valibot';
import { checkGroup } from '../control/check-group.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { count } from './schemas/answer-fields.ts';
import { GROUP } from './schemas/request-fields.ts';

export const getBuffer = defineOperation({
  name: 'getBuffer',
  route: 'GET /v1/batches/{batch}/buffer',
  answeredBy: 'adminHttp',
  rights: { find: ['due'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Batches',
  summary: 'Count a group’s buffered items exactly',
  description: '`group` is required if the batch has groups, and not allowed otherwise.',
  request: { schema: v.strictObject({ group: v.optional(GROUP) }) },
  answer: {
    schema: v.strictObject({ buffered: count('Slots taken and not yet flushed.') }),
    description: 'The number of taken slots.',
    example: { buffered: 42 },
  },
  async run(context, { batch, group }) {
    checkGroup(findDefinition(context.definitions, batch), group);
    return { buffered: await (await operationsOn(context, batch)).getBufferSize(group) };
  },
});
