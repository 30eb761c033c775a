import * as v from 'valibot';
import { checkGroup } from '../control/check-group.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { operationsOn } from './definition/ask.ts';
import { defineOperation } from './definition/operation.ts';
import { count } from './schemas/answer-fields.ts';
import { GROUP } from './schemas/request-fields.ts';

export const getBuffer = defineOperation({
  name: 'getBuffer',
  route: 'GET /v1/batches/{batch}/buffer',
  answeredBy: 'adminHttp',
  rights: { find: ['due'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Batches',
  summary: 'How much is buffered of a group, exactly',
  description: '`group` has to be there where the batch has groups, and nowhere else.',
  request: { schema: v.strictObject({ group: v.optional(GROUP) }) },
  answer: {
    schema: v.strictObject({ buffered: count('Slots taken and not yet flushed.') }),
    description: 'So many slots.',
    example: { buffered: 42 },
  },
  async run(context, { batch, group }) {
    checkGroup(findDefinition(context.definitions, batch), group);
    return { buffered: await (await operationsOn(context, batch)).getBufferSize(group) };
  },
});
