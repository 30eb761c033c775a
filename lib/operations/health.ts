import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { HEALTH } from './ingest/handlers.ts';
import { text } from './schemas/answer-fields.ts';

export const health = defineOperation({
  name: 'health',
  ...HEALTH,
  answeredBy: 'ingest',
  tag: 'The API',
  summary: 'Check that the API answers',
  answer: {
    schema: v.strictObject({ status: v.literal('ok'), deployment: text('The deployment’s name.') }),
    description: 'The API answers.',
    example: { status: 'ok', deployment: 'shop' },
  },
});
