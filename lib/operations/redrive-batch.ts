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
  description: 'Dead jobs whose `onDead` has not returned are left out, and not counted.',
  request: NOTHING,
  answer: {
    schema: v.strictObject({ redriven: count('The number of jobs that run again.') }),
    description: 'The number of jobs that run again.',
    example: { redriven: 1 },
  },
  run: async (context, { batch }) => ({ redriven: await (await operationsOn(context, batch)).redriveAll() }),
});
