import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
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
  action: 'resume',
  rights: SEAL_AND_SEND,
  tag: 'Batches',
  summary: 'Resume a paused batch',
  description: 'Due and full windows are flushed at once, and parked jobs run.',
  request: NOTHING,
  answer: {
    schema: v.strictObject({
      ...CONTROL,
      flushed: count('The number of due and full windows that were flushed.'),
      unparked: count('The number of parked jobs that were sent.'),
    }),
    description: 'The batch runs again.',
    example: { ...examples.CONTROL, since: examples.LATER, flushed: 1, unparked: 0 },
  },
  run: async (context, { batch }) => (await operationsOn(context, batch)).resume(),
});
