import { FLUSH_REASONS, type FlushReason } from '../definition/flush-reason.ts';

/** CloudWatch's namespace for all of a deployment's metrics. */
export const METRIC_NAMESPACE = 'Cistern';

/**
 * A metric's dimensions: the deployment, as `service`, and the batch. The group is none of them: CloudWatch bills each
 * combination of dimensions as a metric, and the number of groups has no bound.
 */
export const METRIC_DIMENSIONS = { deployment: 'service', batch: 'batch' } as const;

/** The batch dimension of metrics of all batches together. No batch has this name: names begin with a letter or digit. */
export const ALL_BATCHES = '*';

export type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds';

interface MetricInfo {
  readonly unit: MetricUnit;
  /** Explains one value to the people who read the metric. */
  readonly meaning: string;
}

const flushMetric = (reason: FlushReason) =>
  `FlushedBy${reason.charAt(0).toUpperCase()}${reason.slice(1)}` as `FlushedBy${Capitalize<FlushReason>}`;

/** The metric that counts a batch flushed for that reason. */
export const FLUSH_METRICS = Object.fromEntries(
  FLUSH_REASONS.map(reason => [reason, flushMetric(reason)]),
) as Readonly<Record<FlushReason, `FlushedBy${Capitalize<FlushReason>}`>>;

const count = (meaning: string): MetricInfo => ({ unit: 'Count', meaning });
const milliseconds = (meaning: string): MetricInfo => ({ unit: 'Milliseconds', meaning });

const FLUSHES = Object.fromEntries(
  FLUSH_REASONS.map(reason => [
    FLUSH_METRICS[reason],
    count(`Batches flushed for the reason \`${reason}\`, counted as their first attempt begins.`),
  ]),
) as Readonly<Record<`FlushedBy${Capitalize<FlushReason>}`, MetricInfo>>;

/** Every metric that there is. */
export const METRICS = {
  ItemsAdded: count('New items that the ingest function, or a handler that adds, has stored.'),
  ItemsDuplicate: count(
    'Items that were dropped, since an item with the same dedup key was there: at their add, or when their batch was read.',
  ),
  ...FLUSHES,
  BatchSize: count('Items of a batch, as its first attempt begins. Its sum is the number of flushed items.'),
  BatchBytes: { unit: 'Bytes', meaning: 'Its items as JSON.' },
  FlushLateness: milliseconds('From the deadline of a batch that was flushed by time to its seal.'),
  StartDelay: milliseconds('From a batch’s seal to the start of its first attempt.'),
  OldestItemAge: milliseconds(
    'Age of the oldest item that is buffered, or in a batch that has not ended; once a minute while there is any.',
  ),
  HandlerDuration: milliseconds('How long a handler took in an attempt.'),
  BatchesCompleted: count('Batches whose every item is done.'),
  Retries: count('Attempts after a batch’s first, counted as they begin.'),
  BatchesDead: count('Batches that have failed for good, whether kept as dead or as failed.'),
  BatchesUnclaimed: count(
    'Times that SQS gave up the message of an unclaimed batch while its consumer claimed no other: it cannot start, or is throttled.',
  ),
  SlotsFenced: count('Slots that a reader closed, since their writer did not fill them in time.'),
  Recoveries: count(
    'Repairs by the ticker: seals, publications and messages that other processes left undone.',
  ),
  EntriesStuck: count(
    'Buffers, jobs and drains at which the ticker has failed five times in a row or more, counted at each try, at least once an hour. The batch `*` counts all batches.',
  ),
  FlushesThrottled: count('Windows that `throttle` has held back, each counted once.'),
} as const satisfies Readonly<Record<string, MetricInfo>>;

export type MetricName = keyof typeof METRICS;

/** Values of metrics, each one measurement. */
export type Measured = Partial<Readonly<Record<MetricName, number>>>;
