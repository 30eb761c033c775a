import * as v from 'valibot';
import * as ERROR_CODES from '../error-codes.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { SEAL_AND_SEND } from './definition/rights.ts';
import { DRAIN_REPORT } from './schemas/drain-report.ts';
import * as examples from './schemas/examples.ts';

export const getDrain = defineOperation({
  name: 'getDrain',
  route: 'GET /v1/batches/{batch}/drain',
  answeredBy: 'adminHttp',
  direct: { function: 'drain', with: { report: v.literal(true, 'it has to be true') } },
  // if the drain's process has died, a process that asks goes on with the drain
  rights: SEAL_AND_SEND,
  tag: 'Batches',
  summary: 'Get the current or the last drain',
  answer: {
    schema: DRAIN_REPORT,
    description: 'The state of the drain.',
    example: { ...examples.DRAIN, state: 'drained', finishedAt: examples.LATER },
  },
  errors: [ERROR_CODES.notDraining],
  run: async (context, { batch }) => (await operationsOn(context, batch)).reportDrain(),
});
