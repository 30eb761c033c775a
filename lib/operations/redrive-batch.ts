import * as v from 'valibot';
import { operationsOn } from './definition/ask.ts';
import { defineOperation } from './definition/operation.ts';
import { count } from './schemas/answer-fields.ts';
import { NOTHING } from './schemas/request-fields.ts';

export const redriveBatch = defineOperation({
  name: 'redriveBatch',
  route: 'POST /v1/batches/{batch}/redrive',
  answeredBy: 'adminHttp',
  direct: { function: 'redrive' },
  // it finds failed and dead jobs, prolongs their windows, makes them wait for an attempt, and sends them
  rights: {
    find: ['jobs'],
    table: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'],
    send: ['jobs'],
  },
  tag: 'Jobs',
  summary: 'Redrive all failed and dead jobs of a batch',
  description: 'A dead job is left alone, and not counted, until its `onDead` has returned.',
  request: NOTHING,
  answer: {
    schema: v.strictObject({ redriven: count('Jobs that run again.') }),
    description: 'How many run again.',
    example: { redriven: 1 },
  },
  run: async (context, { batch }) => ({ redriven: await (await operationsOn(context, batch)).redriveAll() }),
});
