import { operationsOn } from './definition/ask.ts';
import { defineOperation } from './definition/operation.ts';
import { READ_STATUS } from './definition/rights.ts';
import { BATCH_STATUS } from './schemas/batch-status.ts';
import { STATUS } from './schemas/examples.ts';

export const getBatch = defineOperation({
  name: 'getBatch',
  route: 'GET /v1/batches/{batch}',
  answeredBy: 'adminHttp',
  direct: { function: 'status' },
  rights: READ_STATUS,
  tag: 'Batches',
  summary: 'How a batch stands',
  description: 'From bounded reads: what is beyond them is marked `capped` or `partial`.',
  answer: { schema: BATCH_STATUS, description: 'Its status.', example: STATUS },
  run: async (context, { batch }) => (await operationsOn(context, batch)).status(),
});
