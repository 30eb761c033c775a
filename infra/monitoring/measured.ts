import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FlushReason } from '#lib/definition/flush-reason';
import { UnknownBatchError } from '#lib/errors';
import { FLUSH_METRICS, type MetricName } from '#lib/telemetry/metrics';
import { batchMetric } from './batch-metric.ts';

/**
 * A deployment whose batches are measured. Each metric is of one batch; a total is a `MathExpression` over several.
 * Options are those of every metric in CDK, and win over the defaults named here. The period is CDK's, five minutes.
 */
export abstract class Measured extends Construct {
  abstract readonly deployment: string;
  abstract readonly batches: readonly string[];

  /**
   * Any metric of a batch. Counts are summed, of durations it is p99, of `BatchSize` and `BatchBytes` the average and
   * of `OldestItemAge` the maximum.
   *
   * @throws UnknownBatchError
   * @example
   * cistern.metric('SlotsFenced', 'orders', { period: Duration.hours(1) });
   */
  metric(name: MetricName, batch: string, options?: MetricOptions): Metric {
    const { deployment, batches } = this;
    if (!batches.includes(batch)) throw new UnknownBatchError(batch, batches);
    return batchMetric({ deployment, batch, name }, options);
  }

  /** New items that were stored by the functions. Sum. */
  metricItemsAdded(batch: string, options?: MetricOptions): Metric {
    return this.metric('ItemsAdded', batch, options);
  }

  /** Items that were dropped, since one with their dedup key was there. Sum. */
  metricDuplicates(batch: string, options?: MetricOptions): Metric {
    return this.metric('ItemsDuplicate', batch, options);
  }

  /** Batches that were flushed for a reason. Sum. */
  metricFlushedBy(reason: FlushReason, batch: string, options?: MetricOptions): Metric {
    return this.metric(FLUSH_METRICS[reason], batch, options);
  }

  /** Items of a batch. Average; the sum is what was flushed. */
  metricBatchSize(batch: string, options?: MetricOptions): Metric {
    return this.metric('BatchSize', batch, options);
  }

  /** Milliseconds from a deadline to its batch's seal. p99. */
  metricFlushLateness(batch: string, options?: MetricOptions): Metric {
    return this.metric('FlushLateness', batch, options);
  }

  /** Milliseconds from a batch's seal to its first attempt. p99. */
  metricStartDelay(batch: string, options?: MetricOptions): Metric {
    return this.metric('StartDelay', batch, options);
  }

  /** Milliseconds that the oldest item has waited for its batch to end, while there is any. Maximum. */
  metricOldestItemAge(batch: string, options?: MetricOptions): Metric {
    return this.metric('OldestItemAge', batch, options);
  }

  /** Milliseconds that a handler took, attempt by attempt. p99. */
  metricHandlerDuration(batch: string, options?: MetricOptions): Metric {
    return this.metric('HandlerDuration', batch, options);
  }

  /** Batches whose every item is done. Sum. */
  metricCompleted(batch: string, options?: MetricOptions): Metric {
    return this.metric('BatchesCompleted', batch, options);
  }

  /** Attempts after a batch's first, as they begin. Sum. */
  metricRetries(batch: string, options?: MetricOptions): Metric {
    return this.metric('Retries', batch, options);
  }

  /** Batches that have failed for good. Sum. */
  metricDead(batch: string, options?: MetricOptions): Metric {
    return this.metric('BatchesDead', batch, options);
  }

  /** What the ticker had to put right. Sum. */
  metricRecoveries(batch: string, options?: MetricOptions): Metric {
    return this.metric('Recoveries', batch, options);
  }
}
