import * as v from 'valibot';
import type { BatchMetrics } from '../../control/metrics.ts';
import { FLUSH_REASONS, type FlushReason } from '../../definition/flush-reason.ts';
import { count, flag, time } from './answer-fields.ts';
import { FIGURES } from './figures.ts';
import { schemaOf } from './json.ts';

const batches = count('Batches.');
const reasons = Object.fromEntries(
  FLUSH_REASONS.map(reason => [reason, v.exactOptional(batches)]),
) as Readonly<Record<FlushReason, ReturnType<typeof v.exactOptional<typeof batches>>>>;

const value = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));
const spread = (of: string) =>
  v.exactOptional(
    v.pipe(
      v.strictObject({
        p50: value('Half of them are not above it.'),
        p99: value('99 of 100 are not above it.'),
        most: value('None is above it.'),
      }),
      v.description(of),
    ),
  );

export const BATCH_METRICS = schemaOf<BatchMetrics>()(
  v.strictObject({
    source: v.pipe(
      v.picklist(['process', 'records']),
      v.description('`process`: the local stack has counted it. `records`: worked out from jobs.'),
    ),
    from: time('What happened since then is told.'),
    to: time('Until when.'),
    stepMs: count('Milliseconds of a step.'),
    points: v.array(
      v.strictObject({
        at: time('The start of its step.'),
        ...FIGURES,
        batches: v.strictObject({
          flushed: batches,
          completed: batches,
          failed: count('Batches that failed for good.'),
        }),
        reasons: v.pipe(v.strictObject(reasons), v.description('Batches that were flushed, by the reason.')),
        size: spread('Slots of the batches that were flushed.'),
        lateness: spread('Milliseconds from the deadline of a batch that was flushed by time to its flush.'),
        duration: spread('Milliseconds that attempts took.'),
      }),
    ),
    partial: flag('There was more than was read, and some of it is left out.'),
  }),
);
