import * as v from 'valibot';
import { FLUSH_REASONS } from '../../definition/flush-reason.ts';
import type { ActedOn } from '../../jobs/act-on-jobs.ts';
import type { JobFilter } from '../../jobs/job-filter.ts';
import { parseTime } from '../../text/parse-time.ts';
import { CURSOR, JOB_ID, text } from './answer-fields.ts';
import { cursor, GROUP, LIMIT } from './request-fields.ts';

const words = (description: string) => v.optional(v.pipe(v.string(), v.description(description)));
const moment = (description: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(
        given => parseTime(given) !== undefined,
        'it has to be a day of the calendar, or a time with its zone: 2026-03-01 or 2026-03-01T09:30:00Z',
      ),
      v.description(description),
    ),
  );

/** What requests say of which jobs they mean, beside their status. */
export const JOB_FILTER = {
  group: v.optional(GROUP),
  reason: v.optional(
    v.pipe(
      v.picklist(FLUSH_REASONS, `it has to be one of ${FLUSH_REASONS.join(', ')}`),
      v.description('Jobs that were flushed for this reason.'),
    ),
  ),
  tag: words('Jobs that have this tag.'),
  error: words(
    'Jobs whose error, or the error of one of their items, contains this text, in upper or lower case.',
  ),
  says: words(
    'Jobs of one group of errors, as `GET /v1/batches/{batch}/errors` tells them: its `name`, a colon, a space and its `message`.',
  ),
  id: words('Jobs whose id contains this text.'),
  since: moment(
    'Jobs that ended then or later. Of jobs that have not ended: that were flushed then or later. A date, or a time with its zone.',
  ),
  until: moment('Likewise: then or earlier.'),
  limit: v.optional(LIMIT),
  cursor: v.optional(cursor(/^\d{15}\|[\w-]{1,64}$/)),
};

type Said = Omit<JobFilter, 'since' | 'until'> & {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** Makes a filter of what a request says. */
export const toFilter = <S extends Said>({
  since,
  until,
  ...said
}: S): Omit<S, 'since' | 'until'> & Pick<JobFilter, 'since' | 'until'> => ({
  ...said,
  ...(since !== undefined && { since: new Date(since) }),
  ...(until !== undefined && { until: new Date(until) }),
});

/** What is answered of a page of jobs to which something was done, beside how many they are. */
export const REST_OF_PAGE = {
  refused: v.exactOptional(
    v.pipe(
      v.array(
        v.strictObject({
          job: JOB_ID,
          code: text('Why, as a code.'),
          message: text('Why.'),
        }),
      ),
      v.description(
        'Jobs of the page that were refused, and those for which it failed on the way (`internal`): they may be done or not.',
      ),
    ),
  ),
  cursor: CURSOR,
};

/** Makes that of a page. Error codes are answered as texts. */
export const restOfPage = ({
  refused,
  cursor: next,
}: ActedOn): {
  readonly refused: readonly { readonly job: string; readonly code: string; readonly message: string }[];
  readonly cursor?: string;
} => ({ refused, ...(next !== undefined && { cursor: next }) });
