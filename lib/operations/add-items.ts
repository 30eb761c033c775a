import * as v from 'valibot';
import type { Receipt } from '../buffer/items.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { defineOperation } from './definition/operation.ts';
import { ADD_ITEMS } from './ingest/handlers.ts';
import { count, flag, text } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';

const RECEIPT = schemaOf<Receipt>()(
  v.strictObject({
    job: text('The job that the item is part of, now or when its window is flushed.'),
    slot: count('Its slot in the window.'),
    duplicate: flag('Whether it was dropped, since an item with its dedup key was there.'),
    decided: v.exactOptional(
      v.pipe(
        v.literal('at flush'),
        v.description(
          'Duplicates are dropped when the batch is read (`deduplicateBy` with `at`): the item, or another one with its key, is in the batch. `duplicate` is false.',
        ),
      ),
    ),
  }),
);

/** It has no `direct` form: on direct invocation the ingest function reads the event itself. */
export const addItems = defineOperation({
  name: 'addItems',
  ...ADD_ITEMS,
  answeredBy: 'ingest',
  tag: 'Items',
  summary: 'Add one item or many',
  description:
    'At most 10,000 items of up to 1,000 levels of nesting, and 4,000,000 bytes, in a request. All items of a bulk are checked before any is stored. A number that a double does not hold, such as an integer beyond 2^53, is refused (`request.number_changed`): send it as text. `batch.add_incomplete` says exactly which items are stored (`stored`), which are not (`notStored`), and of which it is unknown (`unknown`).',
  request: { ...ADD_ITEMS.request, example: { items: [{ id: 'c1', site: 'example.com' }] } },
  answer: {
    schema: v.strictObject({
      accepted: count('Items that are new.'),
      duplicates: count('Items that were dropped.'),
      receipts: v.pipe(v.array(RECEIPT), v.description('A receipt for each item, in their order.')),
    }),
    description: 'The items are stored: each is in exactly one batch.',
    example: { accepted: 1, duplicates: 0, receipts: [{ job: examples.JOB_ID, slot: 41, duplicate: false }] },
  },
  errors: [
    ERROR_CODES.bulkInvalid,
    ERROR_CODES.itemTooLarge,
    ERROR_CODES.itemRefused,
    ERROR_CODES.itemNotJson,
    ERROR_CODES.groupKeyInvalid,
    ERROR_CODES.dedupKeyInvalid,
    ERROR_CODES.limitsInvalid,
    ERROR_CODES.urgentInvalid,
    ERROR_CODES.tooManyPending,
    ERROR_CODES.ingestionPaused,
    ERROR_CODES.addIncomplete,
    ERROR_CODES.closed,
  ],
});
