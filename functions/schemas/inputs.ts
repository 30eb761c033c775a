import * as v from 'valibot';
import { JOB_STATUSES } from '#lib/definition/job-info';
import { LIMITS } from '#lib/definition/limits';

/*
 * What requests may say, over HTTP and by direct invocation: the schemas that validate it, and that the OpenAPI
 * document is made of.
 */

export const PAGE = { default: 50, max: 500 };

const integer = (min: number, max: number) => {
  const rule = `it has to be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
};

const GROUP = v.pipe(
  v.string('it has to be a text'),
  v.check(
    group => Buffer.byteLength(JSON.stringify(group)) <= LIMITS.groupKeyBytes,
    `it has to have at most ${LIMITS.groupKeyBytes} bytes as JSON`,
  ),
  v.description(
    'A group key. The empty text is a group too; where it is absent, the whole batch is meant. At most 1,024 bytes as JSON.',
  ),
);
const LIMIT = v.pipe(integer(1, PAGE.max), v.description(`How many at the most. Default ${PAGE.default}.`));
const JOB_CURSOR = v.pipe(
  v.string(),
  v.regex(/^\d{15}\|[\w-]{1,64}$/, 'it has to be the cursor of the page before'),
  v.description('The `cursor` of the page before.'),
);
const GROUP_CURSOR = v.pipe(
  v.string(),
  v.regex(/^[\w-]{1,12000}$/, 'it has to be the cursor of the page before'),
  v.description('The `cursor` of the page before.'),
);

export const FLUSH = v.strictObject({
  group: v.optional(GROUP),
  force: v.optional(v.pipe(v.boolean(), v.description('Also while the batch is paused. Default `false`.'))),
});
export type FlushInput = v.InferOutput<typeof FLUSH>;

export const PAUSE = v.strictObject({
  ingestion: v.optional(
    v.pipe(v.boolean(), v.description('Whether items are refused too. Default `false`.')),
  ),
});

export const DRAIN = v.strictObject({
  timeoutMs: v.optional(
    v.pipe(
      integer(LIMITS.drainTimeoutMs.min, LIMITS.drainTimeoutMs.max),
      v.description('Milliseconds after which the drain gives up. Default 900,000.'),
    ),
  ),
});

/** There is nothing to say. */
export const NOTHING = v.strictObject({});

export const BUFFER_FILTER = v.strictObject({ group: v.optional(GROUP) });
export type BufferFilter = v.InferOutput<typeof BUFFER_FILTER>;

export const GROUP_FILTER = v.strictObject({
  limit: v.optional(LIMIT),
  cursor: v.optional(GROUP_CURSOR),
});
export type GroupFilter = v.InferOutput<typeof GROUP_FILTER>;

export const JOB_FILTER = v.strictObject({
  status: v.optional(
    v.pipe(
      v.picklist(JOB_STATUSES, `it has to be one of ${JOB_STATUSES.join(', ')}`),
      v.description('Default: all.'),
    ),
  ),
  group: v.optional(GROUP),
  limit: v.optional(LIMIT),
  cursor: v.optional(JOB_CURSOR),
});
export type JobFilterInput = v.InferOutput<typeof JOB_FILTER>;

export const JOB_VIEW = v.strictObject({
  items: v.optional(v.pipe(v.boolean(), v.description('Whether to list the job’s items. Default `false`.'))),
  from: v.optional(
    v.pipe(
      integer(0, LIMITS.maxSize.max),
      v.description('The `index` of the first item to list: `nextItem` of the page before. Default 0.'),
    ),
  ),
});
export type JobView = v.InferOutput<typeof JOB_VIEW>;

export const WINDOW_FILTER = v.strictObject({
  from: v.optional(
    v.pipe(
      integer(0, LIMITS.maxSize.max),
      v.description('The first slot to list: `nextSlot` of the page before. Default 0.'),
    ),
  ),
});
export type WindowFilter = v.InferOutput<typeof WINDOW_FILTER>;
