import { batchStatus } from './definition/batch-status.ts';
import { defineOperation } from './definition/operation.ts';
import { READ_STATUS } from './definition/rights.ts';
import { BATCH_STATUS } from './schemas/batch-status.ts';
import * as examples from './schemas/examples.ts';

export const getBatch = defineOperation({
  name: 'getBatch',
  route: 'GET /v1/batches/{batch}',
  answeredBy: 'adminHttp',
  direct: { function: 'status' },
  rights: READ_STATUS,
  tag: 'Batches',
  summary: 'Get a batch’s status',
  description: 'Reads are bounded. Figures beyond the bounds are lower bounds, marked `capped` or `partial`.',
  answer: { schema: BATCH_STATUS, description: 'The batch’s status.', example: examples.STATUS },
  run: (context, { batch }) => batchStatus(context, batch),
});
