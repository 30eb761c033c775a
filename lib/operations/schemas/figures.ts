import * as v from 'valibot';
import { count } from './answer-fields.ts';

/** What has happened to a batch in a span of time. */
export const FIGURES = {
  added: v.exactOptional(count('Items that were added. Absent where nobody counted them.')),
  flushed: count('Slots of batches that were flushed.'),
  completed: count('Items that are done, of batches that ended.'),
  failed: count('Items of batches that failed for good.'),
  failedAttempts: count('Attempts that ended without success, whether or not another one follows.'),
};
