import * as v from 'valibot';
import { defineOperation } from './definition/operation.ts';
import { HEALTH } from './ingest/handlers.ts';
import { text } from './schemas/answer-fields.ts';

export const health = defineOperation({
  name: 'health',
  ...HEALTH,
  answeredBy: 'ingest',
  tag: 'The API',
  summary: 'Whether it answers',
  answer: {
    schema: v.strictObject({ status: v.literal('ok'), deployment: text('The deployment’s name.') }),
    description: 'It does.',
    example: { status: 'ok', deployment: 'shop' },
  },
});
