import * as v from 'valibot';
import { OPERATION_LIMITS } from '../control/operation-limits.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { SEAL_AND_SEND } from './definition/rights.ts';
import { DRAIN_REPORT } from './schemas/drain-report.ts';
import * as examples from './schemas/examples.ts';
import { integer } from './schemas/request-fields.ts';

export const startDrain = defineOperation({
  name: 'startDrain',
  route: 'POST /v1/batches/{batch}/drain',
  answeredBy: 'adminHttp',
  status: 202,
  direct: { function: 'drain' },
  action: 'drain',
  rights: SEAL_AND_SEND,
  tag: 'Batches',
  summary: 'Begin to drain a batch',
  description:
    'The drain flushes all that is buffered, waits until each job has ended, and leaves the batch paused. Items that are added meanwhile stay buffered. If a drain is under way already, the answer reports that one.',
  request: {
    schema: v.strictObject({
      timeoutMs: v.optional(
        v.pipe(
          integer(OPERATION_LIMITS.drainTimeoutMs.min, OPERATION_LIMITS.drainTimeoutMs.max),
          v.description(
            'Milliseconds after which the drain gives up. Default 900,000. On DynamoDB a drain takes at least 12,500.',
          ),
        ),
      ),
    }),
    example: { timeoutMs: 60_000 },
  },
  answer: {
    schema: DRAIN_REPORT,
    description: 'The state of the drain.',
    example: {
      ...examples.DRAIN,
      state: 'draining',
      completed: 0,
      left: { items: 0, waiting: 0, active: 1, retrying: 0, parked: 0 },
    },
  },
  run: async (context, { batch, timeoutMs }) =>
    (await operationsOn(context, batch)).startDrain(timeoutMs === undefined ? {} : { timeoutMs }),
});
