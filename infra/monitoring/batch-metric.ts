import { Metric, type MetricOptions, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS, type MetricName } from '#lib/telemetry/metrics';

export interface BatchMetricOf {
  readonly deployment: string;
  readonly batch: string;
  readonly name: MetricName;
}

const UNITS = { Count: Unit.COUNT, Bytes: Unit.BYTES, Milliseconds: Unit.MILLISECONDS } as const;

/** Of what is no count of what happened, but the size or the age of something, a sum says nothing. */
const STATISTICS: Partial<Record<MetricName, string>> = {
  BatchSize: Stats.AVERAGE,
  BatchBytes: Stats.AVERAGE,
  OldestItemAge: Stats.MAXIMUM,
};

/**
 * A metric that the functions write of a batch, with the statistic that says most of it: counts are summed, of
 * durations it is the slowest hundredth that somebody waits for.
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
