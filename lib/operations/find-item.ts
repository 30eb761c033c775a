import * as v from 'valibot';
import { type FoundItem, findItem as find } from '../control/find-item.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { defineOperation } from './definition/operation.ts';
import { CURSOR, count, flag, JOB_ID as ID } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';
import { cursor, GROUP } from './schemas/request-fields.ts';

const FOUND = schemaOf<FoundItem>()(
  v.strictObject({
    places: v.array(
      v.strictObject({
        job: ID,
        slot: count('Its slot in the job’s window.'),
        buffered: flag('Its window is not flushed yet.'),
      }),
    ),
    looked: count('Jobs that were looked at.'),
    cursor: CURSOR,
  }),
);

export const findItem = defineOperation({
  name: 'findItem',
  route: 'GET /v1/batches/{batch}/find',
  answeredBy: 'adminHttp',
  rights: { find: ['due', 'jobs'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Items',
  summary: 'Find an item by its dedup key',
  description:
    'In the windows of a group that are not yet jobs, in the window that is remembered for the key, and in the group’s latest 200 jobs, of those among the batch’s latest 2,000; with the `cursor`, in older ones. With a `ttlMs` a key leads to the last item that was stored with it. `group` has to be there where the batch has groups, and nowhere else. A batch without `deduplicateBy`, or with `at: "flush"`, is refused.',
  request: {
    schema: v.strictObject({
      key: v.pipe(
        v.string('it has to be a text'),
        v.description('The dedup key, as `deduplicateBy` gives it.'),
      ),
      group: v.optional(GROUP),
      cursor: v.optional(cursor(/^\d{15}\|[\w-]{1,64}$/)),
    }),
  },
  answer: {
    schema: FOUND,
    description: 'Where items with the key are.',
    example: { places: [{ job: examples.JOB_ID, slot: 41, buffered: false }], looked: 200 },
  },
  run: ({ deployment, definitions }, { batch, ...asked }) =>
    find(deployment.services, findDefinition(definitions, batch), asked),
});
