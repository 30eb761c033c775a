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
    attempt: count('1, 2, …; from 1 again after a redrive.'),
    redrive: v.exactOptional(count('After which redrive it was. Absent before the first.')),
    startedAt: v.exactOptional(time('Unknown of an attempt whose process died.')),
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
  createdAt: time('When its first item was taken.'),
  deadline: time('When it was to be flushed at the latest.'),
  sealedAt: time('When it was flushed.'),
  startedAt: v.exactOptional(time('When its latest attempt began.')),
  finishedAt: v.exactOptional(time('When it ended.')),
  nextAttemptAt: v.exactOptional(time('While it is retrying.')),
  lockedUntil: v.exactOptional(time('While it is active: when it is taken for dead, unless it is heard of.')),
  attempt: count('Attempts begun, since the last redrive.'),
  maxAttempts: v.exactOptional(count('Attempts that it has. Known from the first on.')),
  redrives: count('How often it was redriven.'),
  attempts: v.pipe(v.array(ATTEMPT), v.description('The latest 20 attempts that have ended, oldest first.')),
  counts: v.strictObject({
    slots: count('Slots of its window.'),
    items: v.exactOptional(count('Items that the handler gets in all.')),
    done: v.exactOptional(count('Of these, settled.')),
    left: v.exactOptional(count('Of these, to be tried again, failed or dead.')),
  }),
  progress: v.exactOptional(
    v.strictObject({
      percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
      label: v.exactOptional(v.string()),
      at: time('When the handler said so.'),
    }),
  ),
  result: v.exactOptional(v.pipe(v.unknown(), v.description('What the handler returned.'))),
  resultCut: v.exactOptional(
    v.strictObject({
      bytes: count('How large the result was.'),
      preview: text('How it begins.'),
    }),
  ),
  error: v.exactOptional(JOB_ERROR),
  itemErrorsLeftOut: v.exactOptional(
    count('Failed items whose error did not fit into the record. Absent where there is none.'),
  ),
  tags: v.array(v.string()),
  hookErrors: count('Times that onSuccess or onFail threw.'),
};

export const JOB_INFO = schemaOf<JobInfo>()(v.strictObject(JOB));

const ITEM_ERROR = schemaOf<JobItemError>()(
  v.strictObject({
    name: v.string(),
    message: text('At most 1,000 characters.'),
    stack: v.exactOptional(
      text('The frames of its stack, a line each; at most 2,000 characters. Absent where it did not fit.'),
    ),
  }),
);

export const JOB_ITEM = schemaOf<JobItem>()(
  v.strictObject({
    index: count('Its number in the job.'),
    state: v.pipe(
      v.picklist(['pending', 'done', 'dead']),
      v.description('`dead`: given up, for as long as nobody redrives it.'),
    ),
    item: v.unknown(),
    error: v.exactOptional(
      v.pipe(
        ITEM_ERROR,
        v.description(
          'Why it failed in the latest attempt that tried it. Absent of one that is done or has not failed.',
        ),
      ),
    ),
  }),
);
