import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type GraphWidgetProps, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** The grid has 24 columns: four graphs side by side. */
const SIZE = { width: 6, height: 6 };

/**
 * Of every graph's metrics, unless the time range asks for more at once. It is said once a graph, for metrics that have
 * CDK's own period: a dashboard of many batches has many metrics, and a template is no longer than 1 MB.
 */
const PERIOD = Duration.minutes(1);

/** A graph; its values begin at zero, so that a small change looks like one. */
export const graph = (title: string, left: readonly IMetric[], more: GraphWidgetProps = {}): GraphWidget =>
  new GraphWidget({
    ...SIZE,
    period: PERIOD,
    title,
    left: [...left],
    leftYAxis: { min: 0, showUnits: false },
    ...more,
  });
