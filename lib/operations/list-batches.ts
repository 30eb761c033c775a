import pLimit from 'p-limit';
import * as v from 'valibot';
import { batchStatus } from './definition/batch-status.ts';
import { defineOperation } from './definition/operation.ts';
import { READ_STATUS } from './definition/rights.ts';
import { BATCH_STATUS } from './schemas/batch-status.ts';
import * as examples from './schemas/examples.ts';

/** How many batches' statuses are read at the same time. */
const PARALLEL_STATUSES = 4;

export const listBatches = defineOperation({
  name: 'listBatches',
  route: 'GET /v1/batches',
  answeredBy: 'adminHttp',
  direct: { function: 'status' },
  rights: READ_STATUS,
  tag: 'Batches',
  summary: 'List all batches with their status',
  answer: {
    schema: v.strictObject({ batches: v.array(BATCH_STATUS) }),
    description: 'All batches.',
    example: { batches: [examples.STATUS] },
  },
  /** Returns the batches in the order of their definitions. */
  async run(context) {
    const limit = pLimit(PARALLEL_STATUSES);
    const batches = context.definitions.map(({ name }) => limit(() => batchStatus(context, name, true)));
    return { batches: await Promise.all(batches) };
  },
});
