import { Color, type IWidget, type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { FLUSH_REASONS } from '#lib/definition/flush-reason';
import { FLUSH_METRICS, type MetricName } from '#lib/telemetry/metrics';
import type { StackDefinition } from '../options/stack-definition.ts';
import { batchMetric } from './batch-metric.ts';
import { graph } from './graph.ts';
import { queueMetrics } from './queue-metrics.ts';
import { handlerLimitMs } from './thresholds.ts';

export interface BatchWidgetsOf {
  readonly deployment: string;
  readonly definition: StackDefinition;
  readonly oldMs: number;
  readonly jobs: IQueue;
  /** Whether the functions write metrics. */
  readonly metrics: boolean;
}

/** Makes a batch's graphs, four in a row: two rows, or that of its queue alone if the functions write no metrics. */
export function batchWidgets(of: BatchWidgetsOf): IWidget[][] {
  return of.metrics ? [itemRow(of), [...runRow(of), queue(of)]] : [[queue(of)]];
}

function itemRow(of: BatchWidgetsOf): IWidget[] {
  const { name } = of.definition;
  return [
    graph(`${name}: items`, [
      metric(of, 'ItemsAdded', { label: 'added' }),
      metric(of, 'ItemsDuplicate', { label: 'duplicates' }),
    ]),
    graph(
      `${name}: flushes by reason`,
      FLUSH_REASONS.map(reason => metric(of, FLUSH_METRICS[reason], { label: reason })),
      { stacked: true },
    ),
    graph(
      `${name}: batch size`,
      [
        metric(of, 'BatchSize', { label: 'average' }),
        metric(of, 'BatchSize', { label: 'largest', statistic: Stats.MAXIMUM }),
      ],
      {
        right: [metric(of, 'BatchBytes', { label: 'average in bytes' })],
        rightYAxis: { min: 0, showUnits: false },
      },
    ),
    graph(`${name}: lateness and start delay, p99 (ms)`, [
      metric(of, 'FlushLateness', { label: 'late after the deadline' }),
      metric(of, 'StartDelay', { label: 'from seal to start' }),
    ]),
  ];
}

function runRow(of: BatchWidgetsOf): IWidget[] {
  const { name, maxWaitMs } = of.definition;
  return [
    graph(`${name}: oldest item (ms)`, [metric(of, 'OldestItemAge', { label: 'age' })], {
      leftAnnotations: [
        { value: 2 * maxWaitMs, label: 'twice maxWaitMs', color: Color.ORANGE },
        { value: of.oldMs, label: 'too old', color: Color.RED },
      ],
    }),
    graph(
      `${name}: handler (ms)`,
      [
        metric(of, 'HandlerDuration', { label: 'p50', statistic: Stats.percentile(50) }),
        metric(of, 'HandlerDuration', { label: 'p99' }),
      ],
      { leftAnnotations: [{ value: handlerLimitMs(of.definition), label: 'its limit', color: Color.RED }] },
    ),
    graph(`${name}: batches`, [
      metric(of, 'BatchesCompleted', { label: 'completed', color: Color.GREEN }),
      metric(of, 'Retries', { label: 'retries', color: Color.ORANGE }),
      metric(of, 'BatchesDead', { label: 'dead', color: Color.RED }),
      metric(of, 'BatchesUnclaimed', { label: 'taken up by no consumer' }),
      metric(of, 'FlushesThrottled', { label: 'held back by throttle' }),
      metric(of, 'SlotsFenced', { label: 'slots fenced' }),
      metric(of, 'EntriesStuck', { label: 'not put right by the ticker' }),
    ]),
  ];
}

const queue = ({ definition, jobs }: BatchWidgetsOf): IWidget =>
  graph(`${definition.name}: queue`, queueMetrics(jobs));

const metric = (
  { deployment, definition: { name: batch } }: BatchWidgetsOf,
  name: MetricName,
  options: MetricOptions,
): Metric => batchMetric({ deployment, batch, name }, options);
