import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { batchMetric } from './batch-metric.ts';
import { slowHandlerMs } from './thresholds.ts';

export interface BatchAlarmsOf {
  readonly deployment: string;
  readonly definition: StackDefinition;
  /** From which age in ms on an item is too old. */
  readonly oldMs: number;
}

/** What can be wrong with one batch while the deployment as a whole is well. */
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
      description: `A batch of ${batch} has failed for good, or no consumer takes its batches up; the items are kept. First look at its error: cistern jobs ${batch} --status dead (or failed, where dead letters are not enabled). Where there is none, look at the log of its consumer function.`,
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
      // no value says that no other batch has died: it is written when one does
      treatMissingData: TreatMissingData.NOT_BREACHING,
      // minutes later the alarm is quiet, to be there for the next one, and the batch is as dead as it was
      lasts: true,
    },
    {
      id: 'Old',
      name: `${batch}/old-items`,
      section: 'old items',
      description: `Items of ${batch} have waited for longer than ${oldMs / 1_000} s, which is more than its definition allows. First look at whether it is paused or its jobs pile up: cistern status ${batch}.`,
      metric: metric('OldestItemAge', Duration.minutes(1)),
      threshold: oldMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // the ticker wakes once a minute, and not to the second: a minute may have two values, and the next one none
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      // no value says that no item waits; that the ticker does not run is another alarm's to say
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
    {
      id: 'Slow',
      name: `${batch}/slow-handlers`,
      section: 'slow handlers',
      description: `The handler of ${batch} takes ${slowMs / 1_000} s and more, four fifths of what it may; what takes longer than that is ended, and is a failed attempt. First look at what it waits for, then at its maxSize, memorySize and timeout.`,
      metric: metric('HandlerDuration', Duration.minutes(5)),
      threshold: slowMs,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // no value says that no batch ran, not that the next one will be faster
      treatMissingData: TreatMissingData.IGNORE,
    },
  ];
}
