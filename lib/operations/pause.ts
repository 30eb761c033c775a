import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { CONTROL_STATE } from './schemas/control-state.ts';
import * as examples from './schemas/examples.ts';

export const pause = defineOperation({
  name: 'pause',
  route: 'POST /v1/batches/{batch}/pause',
  answeredBy: 'adminHttp',
  direct: { function: 'pause' },
  action: 'pause',
  // it may end a drain, and then counts the drain's ended jobs and puts an event on the bus
  rights: { find: ['jobs'], table: ['GetItem', 'UpdateItem'], events: true },
  tag: 'Batches',
  summary: 'Pause a batch',
  description:
    'After at most two seconds no window is flushed and no job begins. Items are still taken and stay buffered, unless `ingestion` is paused too.',
  request: {
    schema: v.strictObject({
      ingestion: v.optional(
        v.pipe(v.boolean(), v.description('Whether items are refused too. Default `false`.')),
      ),
    }),
    example: { ingestion: true },
  },
  answer: {
    schema: CONTROL_STATE,
    description: 'The batch is paused.',
    example: { ...examples.CONTROL, paused: true, ingestionPaused: true, since: examples.AT },
  },
  run: async (context, { batch, ingestion = false }) =>
    (await operationsOn(context, batch)).pause({ ingestion }),
});
