import { type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, type MetricName } from '#lib/telemetry/metrics';
import { graph } from './graph.ts';
import { queueMetrics } from './queue-metrics.ts';

export interface ManyWidgetsOf {
  readonly deployment: string;
  readonly pools: readonly { readonly pool: string; readonly jobs: IQueue }[];
  /** Whether the functions write metrics. */
  readonly metrics: boolean;
}

/**
 * Makes the graphs for the batches in pools, which have none of their own: metrics of all batches together, and the
 * pools' queues.
 */
export function manyWidgets({ deployment, pools, metrics }: ManyWidgetsOf): IWidget[][] {
  const queues = pools.map(({ pool, jobs }) => graph(`Pool ${pool}: queue`, queueMetrics(jobs)));
  const measured = [
    graph('All batches: items added', [search(deployment, 'ItemsAdded', 'Sum')]),
    graph('All batches: oldest item (ms)', [search(deployment, 'OldestItemAge', 'Maximum')]),
    graph('All batches: handler, p99 (ms)', [search(deployment, 'HandlerDuration', 'p99')]),
    graph('All batches: dead', [search(deployment, 'BatchesDead', 'Sum')]),
  ];
  return [metrics ? measured : [], queues].filter(row => row.length > 0);
}

/** Searches one metric of all batches, also of batches that are added later. */
export const search = (deployment: string, name: MetricName, statistic: string): MathExpression => {
  const { deployment: ofDeployment, batch } = METRIC_DIMENSIONS;
  const schema = `{${METRIC_NAMESPACE},${ofDeployment},${batch}}`;
  return new MathExpression({
    expression: `SEARCH('${schema} MetricName="${name}" ${ofDeployment}="${deployment}"', '${statistic}')`,
    label: '',
    period: Duration.minutes(1),
    usingMetrics: {},
  });
};
