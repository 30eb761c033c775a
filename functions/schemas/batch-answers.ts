import * as v from 'valibot';
import type { Receipt } from '#lib/buffer/items';
import type { DrainReport } from '#lib/control/drain';
import type { FlushedJob } from '#lib/control/flush';
import type { GroupPage, GroupStatus } from '#lib/control/groups';
import type { ControlState, Resumed } from '#lib/control/pause';
import type { BatchOptionsInfo, BatchStatus } from '#lib/control/status';
import type { IngestAnswer } from '../ingest-request.ts';
import { CURSOR, count, flag, GROUP, JOB_ID, JOB_STATUS, text, time } from './fields.ts';
import { schemaOf } from './json.ts';

export const HEALTH = v.strictObject({ status: v.literal('ok'), deployment: text('The deployment’s name.') });

const RECEIPT = schemaOf<Receipt>()(
  v.strictObject({
    job: text('The job that the item is part of, now or when its window is flushed.'),
    slot: count('Its place in the window.'),
    duplicate: flag('It was dropped: an item with its dedup key was there.'),
  }),
);

export const INGESTED = schemaOf<IngestAnswer>()(
  v.strictObject({
    accepted: count('Items that are new.'),
    duplicates: count('Items that were dropped.'),
    receipts: v.pipe(v.array(RECEIPT), v.description('One per item, in their order.')),
  }),
);

const CONTROL = {
  batch: text('The batch’s name.'),
  paused: flag('Nothing is flushed or run.'),
  ingestionPaused: flag('Nothing is taken either.'),
  draining: flag('Nothing is flushed but what was buffered when the drain began, and jobs run.'),
  since: v.exactOptional(time('Since when it has been so. Absent where nothing was ever asked.')),
};

export const CONTROL_STATE = schemaOf<ControlState>()(v.strictObject(CONTROL));

export const RESUMED = schemaOf<Resumed>()(
  v.strictObject({
    ...CONTROL,
    flushed: count('Windows that were due or full, and have been flushed.'),
    unparked: count('Jobs that had been set aside, and have been sent on their way.'),
  }),
);

const OPTIONS = schemaOf<BatchOptionsInfo>()(
  v.strictObject({
    maxSize: count('Items of a batch at the most.'),
    maxWaitMs: count('Milliseconds from the first item to the flush at the latest.'),
    maxBytes: v.exactOptional(count('Bytes of JSON at which a batch is flushed early.')),
    persist: flag('Items are stored before they are acknowledged.'),
    shards: count('Buffers that a group is spread over.'),
    concurrency: v.exactOptional(count('Batches that run at the same time at the most.')),
    timeout: v.exactOptional(count('Milliseconds that a handler may take.')),
    retries: v.strictObject({
      max: count('Attempts after the first.'),
      strategy: v.picklist(['exponential', 'fixed']),
      baseDelay: count('Milliseconds from the first failure to the next attempt.'),
      maxDelay: v.exactOptional(count('The longest delay in milliseconds.')),
      jitter: flag('Each delay is drawn from the upper half of what it would be.'),
    }),
    throttle: v.exactOptional(
      v.strictObject({
        max: count('Batches that are flushed in any `duration` at the most.'),
        duration: count('Milliseconds.'),
      }),
    ),
    maxPendingBatches: v.exactOptional(count('Jobs that wait or run at the most; beyond, adds are refused.')),
    quietMs: v.exactOptional(count('Milliseconds without an item after which a batch is flushed.')),
    ordered: flag('One batch of a group at a time, in order.'),
    tags: v.array(v.string()),
    grouped: flag('It has groups.'),
    deduplicated: flag('It drops duplicates.'),
    deadLetter: flag('Jobs that have failed for good are dead letters.'),
  }),
);

export const BATCH_STATUS = schemaOf<BatchStatus>()(
  v.strictObject({
    ...CONTROL,
    options: OPTIONS,
    buffers: v.strictObject({
      open: count('Buffers with anything open.'),
      items: count('Slots that are taken in them.'),
      oldestItemAt: v.exactOptional(time('When the oldest of them was opened.')),
      asOf: time('When this was read; buffers are found by an index that may lag a moment.'),
      capped: v.exactOptional(v.literal(true)),
    }),
    jobs: v.strictObject({
      waiting: count('For their first attempt, or after a redrive.'),
      active: count('Running.'),
      retrying: count('Between attempts.'),
      parked: count('Set aside while the batch is paused.'),
      completed: count('Within their retention.'),
      failed: count('For good, within their retention.'),
      dead: count('For good, where dead letters are enabled.'),
      capped: v.exactOptional(v.literal(true)),
    }),
    throughput: v.strictObject({
      minutes: v.pipe(
        v.array(
          v.strictObject({
            at: time('The start of the minute.'),
            items: count('Items of batches that completed in it.'),
            batches: count('Batches that completed in it.'),
          }),
        ),
        v.description('The last hour, oldest first; minutes with nothing are left out.'),
      ),
      partial: flag('There was more than was read, and the oldest of it is left out.'),
    }),
    lastErrors: v.pipe(
      v.array(
        v.strictObject({
          job: JOB_ID,
          group: GROUP,
          at: time('When it failed.'),
          message: text('Why.'),
          status: JOB_STATUS,
        }),
      ),
      v.description('The latest failures, the newest first; at most five.'),
    ),
  }),
);

export const BATCHES = schemaOf<{ readonly batches: readonly BatchStatus[] }>()(
  v.strictObject({ batches: v.array(BATCH_STATUS) }),
);

export const GROUP_STATUS = schemaOf<GroupStatus>()(
  v.strictObject({
    group: GROUP,
    items: count('Slots that are taken in its buffer, shards added up.'),
    maxSize: count('That its open window was opened with.'),
    openedAt: time('When its first item was taken.'),
    deadline: time('When it flushes at the latest.'),
  }),
);

export const GROUPS = schemaOf<GroupPage>()(
  v.strictObject({
    groups: v.array(GROUP_STATUS),
    cursor: CURSOR,
    asOf: time('When this was read.'),
  }),
);

export const BUFFERED = v.strictObject({ buffered: count('Slots taken and not yet flushed.') });

export const FLUSHED = schemaOf<{ readonly jobs: readonly FlushedJob[] }>()(
  v.strictObject({
    jobs: v.array(
      v.strictObject({
        job: JOB_ID,
        group: GROUP,
        items: count('Slots of its window; items may be fewer.'),
      }),
    ),
  }),
);

export const DRAIN_REPORT = schemaOf<DrainReport>()(
  v.strictObject({
    batch: text('The batch’s name.'),
    state: v.picklist(['draining', 'drained', 'timed_out']),
    startedAt: time('When it began.'),
    finishedAt: v.exactOptional(time('When it ended.')),
    flushed: count('Jobs that its flush made.'),
    completed: count('Jobs that have completed since it began.'),
    failed: count('Jobs that have failed for good since.'),
    dead: count('Jobs that have died since.'),
    left: v.exactOptional(
      v.strictObject({
        items: count('Items that came in meanwhile, and stay buffered.'),
        waiting: count('Jobs.'),
        active: count('Jobs.'),
        retrying: count('Jobs.'),
        parked: count('Jobs.'),
      }),
    ),
  }),
);

export const DOCUMENT = v.looseObject({
  openapi: v.string(),
  info: v.looseObject({ title: v.string(), version: v.string() }),
  paths: v.record(v.string(), v.looseObject({})),
});
