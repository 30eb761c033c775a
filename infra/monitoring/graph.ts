import { GraphWidget, type GraphWidgetProps, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** The grid has 24 columns: four graphs side by side. */
const SIZE = { width: 6, height: 6 };

/**
 * The period of a graph's metrics, unless the time range needs a longer one. It is set on the graph and not on each
 * metric: a dashboard of many batches has many metrics, and a template may have 1 MB.
 */
const PERIOD = Duration.minutes(1);

/** Makes a graph. Its axis begins at zero, so that a small change looks small. */
export const graph = (title: string, left: readonly IMetric[], more: GraphWidgetProps = {}): GraphWidget =>
  new GraphWidget({
    ...SIZE,
    period: PERIOD,
    title,
    left: [...left],
    leftYAxis: { min: 0, showUnits: false },
    ...more,
  });
