import * as v from 'valibot';
import { operationsOn } from './definition/ask.ts';
import { defineOperation } from './definition/operation.ts';
import { SEAL_AND_SEND } from './definition/rights.ts';
import { count } from './schemas/answer-fields.ts';
import { CONTROL } from './schemas/control-state.ts';
import * as examples from './schemas/examples.ts';
import { NOTHING } from './schemas/request-fields.ts';

export const resume = defineOperation({
  name: 'resume',
  route: 'POST /v1/batches/{batch}/resume',
  answeredBy: 'adminHttp',
  direct: { function: 'resume' },
  rights: SEAL_AND_SEND,
  tag: 'Batches',
  summary: 'Let a batch go on',
  description: 'What is due or full is flushed at once, and jobs that were set aside run.',
  request: NOTHING,
  answer: {
    schema: v.strictObject({
      ...CONTROL,
      flushed: count('Windows that were due or full, and have been flushed.'),
      unparked: count('Jobs that had been set aside, and have been sent on their way.'),
    }),
    description: 'It goes on.',
    example: { ...examples.CONTROL, since: examples.LATER, flushed: 1, unparked: 0 },
  },
  run: async (context, { batch }) => (await operationsOn(context, batch)).resume(),
});
