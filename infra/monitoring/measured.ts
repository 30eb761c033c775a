import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FlushReason } from '#lib/definition/flush-reason';
import { UnknownBatchError } from '#lib/errors';
import { FLUSH_METRICS, type MetricName } from '#lib/telemetry/metrics';
import { BATCHES, FLUSH_REASON, METRIC } from '../options/argument-schemas.ts';
import { checkGiven } from '../options/check-given.ts';
import { batchMetric } from './batch-metric.ts';

/**
 * Gives access to the metrics of a deployment's batches. Each metric is of one batch. For a total, put several into a
 * `MathExpression`. Options are those of every metric in CDK, and override the defaults named here. The default period is
 * CDK's, five minutes.
 */
export abstract class Measured extends Construct {
  /** The deployment's name. */
  abstract readonly deployment: string;
  /** The names of the batches; undefined where they are not known. */
  abstract readonly batches: readonly string[] | undefined;
  /** Where the metrics are, if they are not where the stack is. */
  protected readonly place: Pick<MetricOptions, 'account' | 'region'> = {};

  /**
   * Returns any metric of a batch. The statistic is the sum for counts, p99 for durations, the average for `BatchSize` and
   * `BatchBytes`, and the maximum for `OldestItemAge`.
   *
   * @throws UnknownBatchError; SettingsError `settings.invalid` for a metric that there is not
   * @example
   * cistern.metric('SlotsFenced', 'orders', { period: Duration.hours(1) });
   */
  metric(name: MetricName, batch: string, options?: MetricOptions): Metric {
    checkGiven(METRIC, name, 'name');
    checkGiven(BATCHES, [batch], 'batches');
    const { deployment, batches, place } = this;
    if (batches && !batches.includes(batch)) throw new UnknownBatchError(batch, batches);
    return batchMetric({ deployment, batch, name }, { ...place, ...options });
  }

  /** New items that were stored by the functions. Sum. */
  metricItemsAdded(batch: string, options?: MetricOptions): Metric {
    return this.metric('ItemsAdded', batch, options);
  }

  /** Items that were dropped, since an item with the same dedup key was there. Sum. */
  metricDuplicates(batch: string, options?: MetricOptions): Metric {
    return this.metric('ItemsDuplicate', batch, options);
  }

  /** Batches that were flushed for a reason. Sum. */
  metricFlushedBy(reason: FlushReason, batch: string, options?: MetricOptions): Metric {
    checkGiven(FLUSH_REASON, reason, 'reason');
    return this.metric(FLUSH_METRICS[reason], batch, options);
  }

  /** Items of a batch. Average; the sum is the number of flushed items. */
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

  /** Repairs by the ticker. Sum. */
  metricRecoveries(batch: string, options?: MetricOptions): Metric {
    return this.metric('Recoveries', batch, options);
  }
}
