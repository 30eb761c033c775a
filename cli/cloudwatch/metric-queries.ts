import { FLUSH_METRICS, METRIC_DIMENSIONS, METRIC_NAMESPACE, type MetricName } from '#lib/telemetry/metrics';

const HOUR_MS = 3_600_000;

/** The spans that CloudWatch is asked for, in the steps of the API. */
export const CLOUDWATCH_SPANS = {
  day: { ms: 24 * HOUR_MS, stepMs: HOUR_MS / 4 },
  week: { ms: 7 * 24 * HOUR_MS, stepMs: HOUR_MS },
} as const;
export type CloudWatchSpan = keyof typeof CLOUDWATCH_SPANS;

type Stat = 'Sum' | 'Maximum' | 'p50' | 'p99';

const STATS: Readonly<Partial<Record<MetricName, readonly Stat[]>>> = {
  ItemsAdded: ['Sum'],
  BatchSize: ['Sum', 'p50', 'p99', 'Maximum'],
  FlushLateness: ['p50', 'p99', 'Maximum'],
  HandlerDuration: ['p50', 'p99', 'Maximum'],
  BatchesCompleted: ['Sum'],
  BatchesDead: ['Sum'],
  Retries: ['Sum'],
  ...Object.fromEntries(Object.values(FLUSH_METRICS).map(name => [name, ['Sum']])),
};

/** The name of a query, which CloudWatch gives back with its result. It has to begin with a lower-case letter. */
export const queryId = (name: MetricName, stat: Stat = 'Sum'): string => `m${name}${stat}`;

export interface MetricsQuestion {
  readonly deployment: string;
  readonly batch: string;
  readonly span: CloudWatchSpan;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Makes the parameters of CloudWatch's GetMetricData: all figures of a batch in one request. */
export function metricQueries({ deployment, batch, span, now }: MetricsQuestion): Record<string, string> {
  const { ms, stepMs } = CLOUDWATCH_SPANS[span];
  // CloudWatch cuts a span into periods from its start, and the page cuts it from the epoch
  const from = Math.floor((now - ms) / stepMs) * stepMs;
  const queries = Object.entries(STATS).flatMap(([name, stats]) =>
    stats.map(stat => ({ name: name as MetricName, stat })),
  );
  const parameters = queries.flatMap(({ name, stat }, index) => {
    const query = `MetricDataQueries.member.${index + 1}`;
    const metric = `${query}.MetricStat.Metric`;
    const dimensions = [
      [METRIC_DIMENSIONS.deployment, deployment],
      [METRIC_DIMENSIONS.batch, batch],
    ];
    return [
      [`${query}.Id`, queryId(name, stat)],
      [`${query}.MetricStat.Stat`, stat],
      [`${query}.MetricStat.Period`, `${stepMs / 1_000}`],
      [`${metric}.Namespace`, METRIC_NAMESPACE],
      [`${metric}.MetricName`, name],
      ...dimensions.flatMap(([key, value], at) => [
        [`${metric}.Dimensions.member.${at + 1}.Name`, key],
        [`${metric}.Dimensions.member.${at + 1}.Value`, value],
      ]),
    ];
  });
  return {
    StartTime: new Date(from).toISOString(),
    EndTime: new Date(now).toISOString(),
    ...(Object.fromEntries(parameters) as Record<string, string>),
  };
}
