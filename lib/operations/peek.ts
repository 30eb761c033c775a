import * as v from 'valibot';
import type { PeekedItem } from '../control/peek.ts';
import { defineOperation } from './definition/operation.ts';
import { operationsOn } from './definition/operations-on.ts';
import { CURSOR, count, text, time } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';
import { cursor, GROUP, LIMIT } from './schemas/request-fields.ts';

const ITEM = schemaOf<PeekedItem>()(
  v.strictObject({
    slot: count('Its slot in the window, as in its receipt.'),
    bytes: count('The size of the item as JSON.'),
    ageMs: v.exactOptional(
      count('Milliseconds since it was stored. Absent if its record does not have the time.'),
    ),
    item: v.unknown(),
  }),
);

export const peek = defineOperation({
  name: 'peek',
  route: 'GET /v1/batches/{batch}/peek',
  answeredBy: 'adminHttp',
  direct: { function: 'jobs', with: { peek: v.literal(true, 'it has to be true') } },
  rights: { table: ['BatchGetItem', 'Query'] },
  tag: 'Batches',
  summary: 'Look at buffered items',
  description:
    'Items in the answer may be flushed meanwhile. A page has items of one window. Slots that are reserved and still empty are skipped and counted (`unsettled`). `group` is required if the batch has groups, and not allowed otherwise. A batch with `persist: false` is refused.',
  request: {
    schema: v.strictObject({
      group: v.optional(GROUP),
      limit: v.optional(LIMIT),
      cursor: v.optional(cursor(/^[\w-]{1,400}$/)),
    }),
  },
  answer: {
    schema: v.strictObject({
      job: v.exactOptional(
        text('The job that the window becomes, as in receipts. Absent if no item is buffered.'),
      ),
      deadline: v.exactOptional(
        time(
          'When the window is flushed at the latest. Absent where there is none, and for one behind a full one.',
        ),
      ),
      items: v.pipe(v.array(ITEM), v.description('In the order of their slots.')),
      unsettled: count('Skipped slots. They are reserved, and no item is in them yet.'),
      cursor: CURSOR,
      asOf: time('When this was read.'),
    }),
    description: 'A page of one window.',
    example: {
      job: examples.JOB_ID,
      deadline: examples.LATER,
      items: [{ slot: 0, bytes: 34, ageMs: 1_250, item: { id: 'c1', site: 'example.com' } }],
      unsettled: 0,
      asOf: examples.AT,
    },
  },
  run: async (context, { batch, ...options }) => (await operationsOn(context, batch)).peek(options),
});
