import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type GraphWidgetProps,
  type Metric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';

/** The grid has 24 columns: four graphs side by side. */
const SIZE = { width: 6, height: 6 };

/** What every graph's metrics have in common, unless the time range asks for more at once. */
export const BY_THE_MINUTE: MetricOptions = { period: Duration.minutes(1) };

/** A graph; its values begin at zero, so that a small change looks like one. */
export const graph = (title: string, left: readonly Metric[], more: GraphWidgetProps = {}): GraphWidget =>
  new GraphWidget({ ...SIZE, title, left: [...left], leftYAxis: { min: 0, showUnits: false }, ...more });
