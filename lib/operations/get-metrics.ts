import * as v from 'valibot';
import { type BatchMetrics, recordedMetrics, SPAN_NAMES } from '../control/metrics.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { defineOperation } from './definition/operation.ts';
import { READ_STATUS } from './definition/rights.ts';
import * as examples from './schemas/examples.ts';
import { BATCH_METRICS } from './schemas/metrics.ts';
import { GROUP } from './schemas/request-fields.ts';

export const getMetrics = defineOperation({
  name: 'getMetrics',
  route: 'GET /v1/batches/{batch}/metrics',
  answeredBy: 'adminHttp',
  rights: READ_STATUS,
  tag: 'Batches',
  summary: 'What has happened to a batch, step by step',
  description:
    'What was added, flushed, completed and failed; the batches’ sizes, lateness and duration. The local stack counts the last hour itself. Anything else is worked out from the latest 1,000 jobs of each status, and `partial` where there are more.',
  request: {
    schema: v.strictObject({
      span: v.optional(
        v.pipe(
          v.picklist(SPAN_NAMES, `it has to be one of ${SPAN_NAMES.join(', ')}`),
          v.description('In steps of a minute, 15 minutes, an hour. Default `hour`.'),
        ),
      ),
      group: v.optional(GROUP),
    }),
  },
  answer: {
    schema: BATCH_METRICS,
    description: 'The steps in which anything happened, oldest first.',
    example: {
      source: 'records',
      from: examples.AT,
      to: examples.LATER,
      stepMs: 60_000,
      points: [
        {
          at: examples.AT,
          flushed: 500,
          completed: 500,
          failed: 0,
          failedAttempts: 0,
          batches: { flushed: 1, completed: 1, failed: 0 },
          reasons: { time: 1 },
          size: { p50: 500, p99: 500, most: 500 },
          lateness: { p50: 4, p99: 4, most: 4 },
          duration: { p50: 120, p99: 120, most: 120 },
        },
      ],
      partial: false,
    },
  },
  async run({ deployment, definitions, history }, { batch, span = 'hour', group }): Promise<BatchMetrics> {
    const definition = findDefinition(definitions, batch);
    if (history && span === 'hour' && group === undefined) return history.lastHour(batch);
    return recordedMetrics(deployment.services, definition, { span, group });
  },
});
