import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { batchMetric } from './batch-metric.ts';
import { slowHandlerMs } from './thresholds.ts';

export interface BatchAlarmsOf {
  readonly deployment: string;
  readonly definition: StackDefinition;
  /** The age in ms from which an item is too old. */
  readonly oldMs: number;
}

/** Describes the alarms of one batch. */
export function batchAlarms({ deployment, definition, oldMs }: BatchAlarmsOf): AlarmSpec[] {
  const { name: batch } = definition;
  const metric = (name: Parameters<typeof batchMetric>[0]['name'], period: Duration) =>
    batchMetric({ deployment, batch, name }, { period });
  const slowMs = slowHandlerMs(definition);
  return [
    {
      id: 'Dead',
      name: `${batch}/dead-batches`,
      section: 'dead batches',
      description: `A batch of ${batch} has failed for good, or no consumer claims its batches. The items are kept. First look at its error: cistern jobs ${batch} --status dead (or failed, where dead letters are not enabled). If no job is listed, look at the log of its consumer function.`,
      metric: new MathExpression({
        label: 'Batches dead, or not taken up',
        expression: 'FILL(dead, 0) + FILL(unclaimed, 0)',
        usingMetrics: {
          dead: metric('BatchesDead', Duration.minutes(5)),
          unclaimed: metric('BatchesUnclaimed', Duration.minutes(5)),
        },
        period: Duration.minutes(5),
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // the metric has a value only when a batch dies: no value means that none has
      treatMissingData: TreatMissingData.NOT_BREACHING,
      // the alarm clears after five minutes, so that it can go off for the next batch; the batch is still dead
      lasts: true,
    },
    {
      id: 'Old',
      name: `${batch}/old-items`,
      section: 'old items',
      description: `Items of ${batch} have waited for more than ${oldMs / 1_000} s, which is longer than its definition allows. First look at whether it is paused or its jobs pile up: cistern status ${batch}.`,
      metric: metric('OldestItemAge', Duration.minutes(1)),
      threshold: oldMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // the ticker wakes about once a minute: a minute may have two values, and the next one none
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      // no value means that no item waits; the ticker's own alarm goes off if the ticker does not run
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
    {
      id: 'Slow',
      name: `${batch}/slow-handlers`,
      section: 'slow handlers',
      description: `The handler of ${batch} takes ${slowMs / 1_000} s or more, which is four fifths of its limit. An attempt that reaches the limit is aborted, and has failed. First look at what the handler waits for, then at its maxSize, memorySize and timeout.`,
      metric: metric('HandlerDuration', Duration.minutes(5)),
      threshold: slowMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // no value means that no batch has run, which says nothing about the handler
      treatMissingData: TreatMissingData.IGNORE,
    },
  ];
}
