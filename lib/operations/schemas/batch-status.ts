import * as v from 'valibot';
import type { BatchOptionsInfo, BatchStatus } from '../../control/status.ts';
import { count, flag, GROUP, JOB_ID, JOB_STATUS, text, time } from './answer-fields.ts';
import { CONTROL } from './control-state.ts';
import { schemaOf } from './json.ts';

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
