import * as v from 'valibot';
import { FLUSH_REASONS } from '../../definition/flush-reason.ts';
import {
  ATTEMPT_OUTCOMES,
  type AttemptInfo,
  type JobErrorInfo,
  type JobInfo,
  type JobItemError,
} from '../../definition/job-info.ts';
import type { JobItem } from '../../jobs/list-items.ts';
import { count, GROUP, JOB_ID, JOB_STATUS, text, time } from './answer-fields.ts';
import { schemaOf } from './json.ts';

const JOB_ERROR = schemaOf<JobErrorInfo>()(
  v.strictObject({ name: v.string(), message: text('At most 1,000 characters.') }),
);

const ATTEMPT = schemaOf<AttemptInfo>()(
  v.strictObject({
    attempt: count('Counts from 1, and from 1 again after a redrive.'),
    redrive: v.exactOptional(count('The number of redrives before it. Absent if there was none.')),
    startedAt: v.exactOptional(time('Absent for an attempt whose process died.')),
    finishedAt: v.exactOptional(time('When it ended.')),
    outcome: v.picklist(ATTEMPT_OUTCOMES),
    error: v.exactOptional(JOB_ERROR),
  }),
);

export const JOB = {
  id: JOB_ID,
  batch: text('The batch’s name.'),
  group: GROUP,
  status: JOB_STATUS,
  flushReason: v.picklist(FLUSH_REASONS),
  createdAt: time('When its first item was added.'),
  deadline: time('The deadline of its window.'),
  sealedAt: time('When it was flushed.'),
  startedAt: v.exactOptional(time('When its latest attempt began.')),
  finishedAt: v.exactOptional(time('When it ended.')),
  nextAttemptAt: v.exactOptional(time('When the next attempt begins, while the job is retrying.')),
  lockedUntil: v.exactOptional(
    time('While it is active: when its lock lapses, if its attempt does not renew it.'),
  ),
  attempt: count('The number of attempts that have begun since the last redrive.'),
  maxAttempts: v.exactOptional(count('How many attempts it has. Known from the first attempt on.')),
  redrives: count('The number of redrives.'),
  attempts: v.pipe(v.array(ATTEMPT), v.description('The latest 20 attempts that have ended, oldest first.')),
  counts: v.strictObject({
    slots: count('The number of slots of its window.'),
    items: v.exactOptional(count('The number of items for the handler.')),
    done: v.exactOptional(count('How many of these items are done.')),
    left: v.exactOptional(count('How many of these items are to be tried again, or have failed for good.')),
  }),
  progress: v.exactOptional(
    v.strictObject({
      percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
      label: v.exactOptional(v.string()),
      at: time('When the handler reported it.'),
    }),
  ),
  result: v.exactOptional(v.pipe(v.unknown(), v.description('What the handler returned.'))),
  resultCut: v.exactOptional(
    v.strictObject({
      bytes: count('The size of the result.'),
      preview: text('The beginning of the result.'),
    }),
  ),
  error: v.exactOptional(JOB_ERROR),
  itemErrorsLeftOut: v.exactOptional(
    count('The number of failed items whose error did not fit into the record. Absent if there is none.'),
  ),
  tags: v.array(v.string()),
  hookErrors: count('How often onSuccess or onFail has thrown.'),
};

export const JOB_INFO = schemaOf<JobInfo>()(v.strictObject(JOB));

const ITEM_ERROR = schemaOf<JobItemError>()(
  v.strictObject({
    name: v.string(),
    message: text('At most 1,000 characters.'),
    stack: v.exactOptional(
      text('The frames of its stack, a line each; at most 2,000 characters. Absent if they did not fit.'),
    ),
  }),
);

export const JOB_ITEM = schemaOf<JobItem>()(
  v.strictObject({
    index: count('Its index in the job, from 0.'),
    state: v.pipe(
      v.picklist(['pending', 'done', 'dead']),
      v.description('`dead`: given up. A redrive runs it again.'),
    ),
    item: v.unknown(),
    error: v.exactOptional(
      v.pipe(
        ITEM_ERROR,
        v.description(
          'Why it failed in the latest attempt that tried it. Absent if it is done or has not failed.',
        ),
      ),
    ),
  }),
);
