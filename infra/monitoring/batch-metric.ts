import { Metric, type MetricOptions, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS, type MetricName } from '#lib/telemetry/metrics';

export interface BatchMetricOf {
  readonly deployment: string;
  readonly batch: string;
  readonly name: MetricName;
}

const UNITS = { Count: Unit.COUNT, Bytes: Unit.BYTES, Milliseconds: Unit.MILLISECONDS } as const;

/** The statistics of metrics that are sizes or ages. Their sum would have no meaning. */
const STATISTICS: Partial<Record<MetricName, string>> = {
  BatchSize: Stats.AVERAGE,
  BatchBytes: Stats.AVERAGE,
  OldestItemAge: Stats.MAXIMUM,
};

/**
 * Makes a CloudWatch metric of a batch, with a fitting statistic: the sum for counts, p99 for durations.
 */
export function batchMetric({ deployment, batch, name }: BatchMetricOf, options: MetricOptions = {}): Metric {
  const { unit } = METRICS[name];
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    statistic: STATISTICS[name] ?? (unit === 'Milliseconds' ? Stats.percentile(99) : Stats.SUM),
    unit: UNITS[unit],
    ...options,
    dimensionsMap: {
      ...options.dimensionsMap,
      [METRIC_DIMENSIONS.deployment]: deployment,
      [METRIC_DIMENSIONS.batch]: batch,
    },
  });
}
