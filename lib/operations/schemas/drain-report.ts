import * as v from 'valibot';
import type { DrainReport } from '../../control/drain.ts';
import { count, text, time } from './answer-fields.ts';
import { schemaOf } from './json.ts';

export const DRAIN_REPORT = schemaOf<DrainReport>()(
  v.strictObject({
    batch: text('The batch’s name.'),
    state: v.picklist(['draining', 'drained', 'timed_out']),
    startedAt: time('When it began.'),
    finishedAt: v.exactOptional(time('When it ended.')),
    flushed: count(
      'Jobs that its flush has made. No job is counted twice. Jobs are missing whose process died before it had counted them.',
    ),
    completed: count('Jobs that have completed since it began.'),
    failed: count('Jobs that have failed for good since it began.'),
    dead: count('Jobs that have become dead since it began.'),
    left: v.exactOptional(
      v.strictObject({
        items: count('Items that were added meanwhile, and stay buffered.'),
        waiting: count('Waiting jobs.'),
        active: count('Active jobs.'),
        retrying: count('Retrying jobs.'),
        parked: count('Parked jobs.'),
      }),
    ),
  }),
);
