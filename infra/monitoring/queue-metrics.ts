import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Makes the metrics of how many messages a job queue has. */
export const queueMetrics = (jobs: IQueue): Metric[] => [
  jobs.metricApproximateNumberOfMessagesVisible({ ...DEPTH, label: 'jobs that wait' }),
  jobs.metricApproximateNumberOfMessagesNotVisible({ ...DEPTH, label: 'jobs that run or are delayed' }),
];

/** Makes the metrics of how many messages SQS has given up, of all batches. */
export const deadMetrics = (dead: IQueue): Metric[] => [
  dead.metricApproximateNumberOfMessagesVisible({ ...DEPTH, label: 'given up by SQS, or onDead is owed' }),
];

const DEPTH: MetricOptions = { statistic: Stats.MAXIMUM };
