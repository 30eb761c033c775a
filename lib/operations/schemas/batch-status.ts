import * as v from 'valibot';
import type { BatchOptionsInfo, BatchStatus } from '../../control/status.ts';
import { count, flag, GROUP, JOB_ID, JOB_STATUS, text, time } from './answer-fields.ts';
import { CONTROL } from './control-state.ts';
import { FIGURES } from './figures.ts';
import { schemaOf } from './json.ts';

const OPTIONS = schemaOf<BatchOptionsInfo>()(
  v.strictObject({
    maxSize: count('The most items of a batch.'),
    maxWaitMs: count('The most milliseconds from the first item to the flush.'),
    maxBytes: v.exactOptional(count('Bytes of JSON at which a batch is flushed early.')),
    persist: flag('Whether items are stored before they are acknowledged.'),
    shards: count('The number of buffers of a group.'),
    concurrency: v.exactOptional(count('The most batches that run at the same time.')),
    timeout: v.exactOptional(count('Milliseconds that a handler may take.')),
    retries: v.strictObject({
      max: count('Attempts after the first.'),
      strategy: v.picklist(['exponential', 'fixed']),
      baseDelay: count('Milliseconds from the first failure to the next attempt.'),
      maxDelay: v.exactOptional(count('The longest delay in milliseconds.')),
      jitter: flag('Whether each delay is drawn at random, from half of the delay to all of it.'),
    }),
    throttle: v.exactOptional(
      v.strictObject({
        max: count('The most batches that are flushed in any `duration`.'),
        duration: count('Milliseconds.'),
      }),
    ),
    maxPendingBatches: v.exactOptional(count('The most jobs that wait or run before adds are refused.')),
    quietMs: v.exactOptional(count('Milliseconds without an item after which a batch is flushed.')),
    ordered: flag('Whether a group’s batches run one at a time, in order.'),
    tags: v.array(v.string()),
    grouped: flag('Whether it has groups.'),
    deduplicated: flag('Whether it drops duplicates.'),
    deadLetter: flag('Whether jobs that have failed for good are dead.'),
  }),
);

export const BATCH_STATUS = schemaOf<BatchStatus>()(
  v.strictObject({
    ...CONTROL,
    options: OPTIONS,
    buffers: v.strictObject({
      open: count('Buffers with an open window.'),
      items: count('Slots that are taken in them.'),
      oldestItemAt: v.exactOptional(time('When the oldest of them was opened.')),
      asOf: time('When this was read. The index that finds buffers may lag a moment.'),
      capped: v.exactOptional(v.literal(true)),
    }),
    jobs: v.strictObject({
      waiting: count('Jobs that wait for their first attempt, or after a redrive.'),
      active: count('Jobs with a running attempt.'),
      retrying: count('Jobs between two attempts.'),
      parked: count('Jobs that wait for the end of a pause.'),
      completed: count('Completed jobs within their retention.'),
      failed: count('Jobs that have failed for good, within their retention.'),
      dead: count('Jobs that have failed for good, where dead letters are enabled.'),
      capped: v.exactOptional(v.literal(true)),
    }),
    throughput: v.strictObject({
      minutes: v.pipe(
        v.array(
          v.strictObject({
            at: time('The start of the minute.'),
            items: count('Items that are done, of batches that ended in it.'),
            batches: count('Batches that completed in it.'),
            added: FIGURES.added,
            flushed: FIGURES.flushed,
            failed: FIGURES.failed,
            failedAttempts: FIGURES.failedAttempts,
          }),
        ),
        v.description('The last hour, oldest first. Minutes in which nothing happened are left out.'),
      ),
      lastMinute: v.pipe(v.strictObject(FIGURES), v.description('The last 60 s.')),
      partial: flag('Whether there were more jobs than were read. Some are left out.'),
    }),
    lastErrors: v.pipe(
      v.array(
        v.strictObject({
          job: JOB_ID,
          group: GROUP,
          at: time('When it failed.'),
          message: text('Why it failed.'),
          status: JOB_STATUS,
        }),
      ),
      v.description('The latest five failures, the newest first.'),
    ),
  }),
);
