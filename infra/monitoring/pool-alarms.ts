import {
  ComparisonOperator,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { MetricName } from '#lib/telemetry/metrics';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { batchMetric } from './batch-metric.ts';
import { slowHandlerMs } from './thresholds.ts';

export interface PoolAlarmsOf {
  readonly deployment: string;
  readonly pool: string;
  readonly definitions: readonly StackDefinition[];
  /** Returns the age in ms from which an item of a batch is too old. */
  readonly oldMs: (definition: StackDefinition) => number;
}

/** How many metrics an alarm's expression may have: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const METRICS_OF_AN_ALARM = 10;
const FIVE_MINUTES = Duration.minutes(5);
const MINUTE = Duration.minutes(1);

/**
 * Describes the alarms of a pool's batches. Several batches share an alarm, and its description names them: a stack may
 * have 500 resources, and a pool hundreds of batches.
 */
export const poolAlarms = (of: PoolAlarmsOf): AlarmSpec[] => [
  ...inParts(of, METRICS_OF_AN_ALARM / 2).map(part => dead(of, part)),
  ...inParts(of, METRICS_OF_AN_ALARM).map(part => old(of, part)),
  ...inParts(of, METRICS_OF_AN_ALARM).map(part => slow(of, part)),
];

interface Part {
  readonly number: number;
  readonly definitions: readonly StackDefinition[];
  readonly names: string;
}

function inParts({ definitions }: PoolAlarmsOf, size: number): Part[] {
  return Array.from({ length: Math.ceil(definitions.length / size) }, (_, at) => {
    const own = definitions.slice(at * size, (at + 1) * size);
    return { number: at + 1, definitions: own, names: own.map(({ name }) => name).join(', ') };
  });
}

function dead(of: PoolAlarmsOf, { number, definitions, names }: Part): AlarmSpec {
  return {
    id: `Dead-${number}`,
    name: `pool ${of.pool}/dead-batches ${number}`,
    section: 'dead batches',
    description: `A batch of one of these has failed for good, or no consumer claims its batches. The items are kept: ${names}. First look at which: cistern status, then cistern jobs NAME --status dead.`,
    metric: new MathExpression({
      label: 'Batches dead, or not taken up',
      period: FIVE_MINUTES,
      ...joined('SUM', [
        ...definitions.map(each => [metricOf(of, each, 'BatchesDead', FIVE_MINUTES), 1] as const),
        ...definitions.map(each => [metricOf(of, each, 'BatchesUnclaimed', FIVE_MINUTES), 1] as const),
      ]),
    }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    lasts: true,
  };
}

function old(of: PoolAlarmsOf, { number, definitions, names }: Part): AlarmSpec {
  return {
    id: `Old-${number}`,
    name: `pool ${of.pool}/old-items ${number}`,
    section: 'old items',
    description: `Items of one of these have waited for longer than its definition allows: ${names}. First look at which it is, and at whether it is paused or its jobs pile up: cistern status.`,
    metric: new MathExpression({
      label: 'Age of the oldest item, as a part of what is too old',
      period: MINUTE,
      ...joined(
        'MAX',
        definitions.map(each => [metricOf(of, each, 'OldestItemAge', MINUTE), of.oldMs(each)] as const),
      ),
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    // the same as in the alarm of a single batch
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

function slow(of: PoolAlarmsOf, { number, definitions, names }: Part): AlarmSpec {
  return {
    id: `Slow-${number}`,
    name: `pool ${of.pool}/slow-handlers ${number}`,
    section: 'slow handlers',
    description: `The handler of one of these takes four fifths of its limit or more. An attempt that reaches the limit is aborted, and has failed: ${names}. First look at which it is, and at what the handler waits for.`,
    metric: new MathExpression({
      label: 'Handler’s duration, as a part of what is slow',
      period: FIVE_MINUTES,
      ...joined(
        'MAX',
        definitions.map(
          each => [metricOf(of, each, 'HandlerDuration', FIVE_MINUTES), slowHandlerMs(each)] as const,
        ),
      ),
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.IGNORE,
  };
}

const metricOf = (
  { deployment }: PoolAlarmsOf,
  { name: batch }: StackDefinition,
  name: MetricName,
  period: Duration,
): Metric => batchMetric({ deployment, batch, name }, { period });

/** Joins metrics in one expression, each as a share of its own threshold. A metric without a value counts as zero. */
function joined(
  by: 'SUM' | 'MAX',
  metrics: readonly (readonly [metric: Metric, most: number])[],
): { readonly expression: string; readonly usingMetrics: Record<string, Metric> } {
  const parts = metrics.map(([, most], at) => (most === 1 ? `FILL(m${at}, 0)` : `FILL(m${at}, 0) / ${most}`));
  return {
    expression: `${by}([${parts.join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map(([metric], at) => [`m${at}`, metric])),
  };
}
