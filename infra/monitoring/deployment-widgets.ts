import { Color, type IWidget, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { batchMetric } from './batch-metric.ts';
import { graph } from './graph.ts';
import { search } from './many-widgets.ts';
import { deadMetrics } from './queue-metrics.ts';
import { consumedMetrics, throttleMetrics } from './table-metrics.ts';
import type { Watched } from './watched.ts';

export interface DeploymentWidgetsOf extends Watched {
  readonly deployment: string;
  /** The names of the batches whose functions write metrics, or `all` if there are too many to name. */
  readonly measured: readonly string[] | 'all';
}

/** Makes the graphs of the deployment as a whole, four in a row. */
export const deploymentWidgets = (of: DeploymentWidgetsOf): IWidget[][] => [
  [...apiGraphs(of), ingestGraph(of), tickerGraph(of)],
  [...tableGraphs(of), throttleGraph(of), ...recoveries(of)],
  [graph('Dead letter queue', deadMetrics(of.deadQueue))],
];

const SUM = { statistic: Stats.SUM };
const P99 = { statistic: Stats.percentile(99) };

function apiGraphs({ api: { httpApi } }: DeploymentWidgetsOf): IWidget[] {
  return [
    graph('HTTP API: requests', [
      httpApi.metricCount({ ...SUM, label: 'all' }),
      httpApi.metricClientError({ ...SUM, label: '4xx', color: Color.ORANGE }),
      httpApi.metricServerError({ ...SUM, label: '5xx', color: Color.RED }),
    ]),
    graph('HTTP API: latency (ms)', [
      httpApi.metricLatency({ ...P99, statistic: Stats.percentile(50), label: 'p50' }),
      httpApi.metricLatency({ ...P99, label: 'p99' }),
    ]),
  ];
}

const ingestGraph = ({ functions: { ingest } }: DeploymentWidgetsOf): IWidget =>
  graph('Ingest function', runs(ingest), {
    right: [ingest.metricDuration({ ...P99, label: 'p99 (ms)' })],
    rightYAxis: { min: 0, showUnits: false },
  });

const tickerGraph = ({ functions: { ticker } }: DeploymentWidgetsOf): IWidget =>
  graph('Ticker function', runs(ticker));

const runs = (target: IFunction): Metric[] => [
  target.metricInvocations({ ...SUM, label: 'invocations' }),
  target.metricErrors({ ...SUM, label: 'errors', color: Color.RED }),
];

const tableGraphs = ({ buffers }: DeploymentWidgetsOf): IWidget[] => [
  graph('DynamoDB: consumed', consumedMetrics(buffers)),
  graph('DynamoDB: throttled', throttleMetrics(buffers)),
];

const throttleGraph = ({ functions, consumers }: DeploymentWidgetsOf): IWidget =>
  graph(
    'Lambda: throttles',
    [...Object.values(functions), ...consumers].map(target => target.metricThrottles(SUM)),
    { stacked: true },
  );

function recoveries({ deployment, measured }: DeploymentWidgetsOf): IWidget[] {
  if (measured.length === 0) return [];
  const metrics =
    measured === 'all'
      ? [search(deployment, 'Recoveries', 'Sum')]
      : measured.map(batch => batchMetric({ deployment, batch, name: 'Recoveries' }, { label: batch }));
  return [graph('Put right by the ticker', metrics, { stacked: true })];
}
