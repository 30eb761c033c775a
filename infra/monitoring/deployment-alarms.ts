import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { ALL_BATCHES } from '#lib/telemetry/metrics';
import type { AlarmSpec } from './alarm-spec.ts';
import { batchMetric } from './batch-metric.ts';
import { throttleMetrics } from './table-metrics.ts';
import type { Watched } from './watched.ts';

/** How many metrics an alarm's expression may have: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const METRICS_OF_AN_ALARM = 10;

const MINUTE = Duration.minutes(1);

/** Describes the alarms of a deployment on metrics that AWS measures. */
export const deploymentAlarms = (watched: Watched): AlarmSpec[] => [
  tickerAlarm(watched),
  ingestAlarm(watched),
  deadLetterAlarm(watched),
  tableAlarm(watched),
  ...functionAlarms(watched),
];

/** Describes the alarms of a deployment on metrics that the functions write. */
export const measuredAlarms = (deployment: string): AlarmSpec[] => [stuckAlarm(deployment)];

function stuckAlarm(deployment: string): AlarmSpec {
  return {
    id: 'Stuck',
    name: 'stuck-entries',
    section: 'stuck entries',
    description:
      'The ticker has failed five times in a row or more at a buffer, a job or a drain. Nothing that is stored is lost, and no other work waits. The ticker tries again at least once an hour. First look at the warnings in the log of the ticker function.',
    metric: batchMetric(
      { deployment, batch: ALL_BATCHES, name: 'EntriesStuck' },
      { period: Duration.minutes(15) },
    ),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    // an entry that is tried once an hour has a value in one of four or five periods
    evaluationPeriods: 5,
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

function tickerAlarm({ functions: { ticker } }: Watched): AlarmSpec {
  return {
    id: 'Ticker',
    name: 'ticker',
    section: 'the ticker does not run',
    description:
      'The ticker failed or did not run in 5 of the last 6 minutes. Batches are still flushed by size and by timers. Work that these leave undone waits for the ticker, and the age of items is not measured. First look at the log of the ticker function, and at whether its rule is enabled.',
    metric: new MathExpression({
      label: 'Runs without an error',
      // A function that is not invoked has no values, and the alarm has to go off for it. Without FILL the alarm would
      // look further back for values, and keep its state while it finds some.
      expression: 'FILL(invocations, 0) - FILL(errors, 0)',
      usingMetrics: {
        invocations: ticker.metricInvocations({ period: MINUTE }),
        errors: ticker.metricErrors({ period: MINUTE }),
      },
      period: MINUTE,
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // the newest minute's value may be late, and the schedule is not exact to the second
    evaluationPeriods: 6,
    datapointsToAlarm: 5,
    treatMissingData: TreatMissingData.BREACHING,
  };
}

function ingestAlarm({ api }: Watched): AlarmSpec {
  return {
    id: 'Ingest',
    name: 'ingest-errors',
    section: 'ingest errors',
    description:
      'The HTTP API answered requests with 5xx in 3 of the last 5 minutes: producers may have items that are not added. A batch whose ingestion is paused answers with 5xx too. Direct invocations of the ingest function do not count here. First look at the log of the ingest function, then at the API’s access log, if there is one (http.accessLog).',
    // Not the function's errors: a direct invocation is refused by an error, which a caller's mistake causes too.
    metric: api.httpApi.metricServerError({ statistic: Stats.SUM, period: MINUTE }),
    ...LASTING,
  };
}

function deadLetterAlarm({ functions: { deadLetter }, deadLetterRetrySeconds }: Watched): AlarmSpec {
  const period = Duration.minutes(5 * Math.ceil(deadLetterRetrySeconds / 360));
  return {
    id: 'DeadLetter',
    name: 'dead-letter-errors',
    section: 'dead batches',
    description:
      'The dead letter function failed in two of its last calls: it ran out of memory, exceeded its timeout, or could not be loaded. Dead batches wait for it, and onDead is called again. First look at its log, then at the memorySize, timeout and vpc of functions.deadLetter.',
    // an error of onDead is logged and onDead is called again: it is no error of the function
    metric: deadLetter.metricErrors({ period }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    // a call that was ended is repeated when its message is visible: after six minutes, or more with a longer timeout
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

function tableAlarm({ buffers }: Watched): AlarmSpec {
  return {
    id: 'TableThrottles',
    name: 'table-throttles',
    section: 'throttles',
    description:
      'DynamoDB throttled requests of the table or its indexes in 3 of the last 5 minutes. Adds are slow, or refused. First look at which batch’s adds have risen: a group takes about 1,000 a second for each of its shards.',
    metric: sum('Throttled reads and writes', throttleMetrics(buffers, { period: MINUTE })),
    ...LASTING,
  };
}

/** Describes the alarms on throttled functions. The functions of operators' actions have none: their callers get an error. */
function functionAlarms({ functions, consumers }: Watched): AlarmSpec[] {
  const { ingest, adminHttp, timer, ticker, deadLetter } = functions;
  const all = [ingest, adminHttp, timer, ticker, deadLetter, ...consumers];
  const parts = Math.ceil(all.length / METRICS_OF_AN_ALARM);
  return Array.from({ length: parts }, (_, part) => {
    const own = all.slice(part * METRICS_OF_AN_ALARM, (part + 1) * METRICS_OF_AN_ALARM);
    return {
      id: `FunctionThrottles-${part + 1}`,
      name: `function-throttles-${part + 1}`,
      section: 'throttles',
      description:
        'Lambda throttled functions of the deployment in 3 of the last 5 minutes. Their work is late. First look at how near the account is to its limit of concurrent executions, and at what else uses them.',
      metric: sum('Throttles', own.map(throttlesOf)),
      ...LASTING,
    };
  });
}

const throttlesOf = (target: IFunction): IMetric => target.metricThrottles({ period: MINUTE });

/**
 * Goes off for any value above zero in three of five minutes. Every failed request here is repeated by itself, so that a
 * short disturbance needs no person. A minute without a value is one without failures.
 */
const LASTING = {
  threshold: 0,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/**
 * Sums metrics that have values only when something happens. Missing values are filled with zeros: an alarm on
 * DynamoDB's metrics keeps its state while values are missing, whatever `treatMissingData` says, and would never clear.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
function sum(label: string, metrics: readonly IMetric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, at) => [`m${at}`, metric]));
  const filled = Object.keys(usingMetrics).map(id => `FILL(${id}, 0)`);
  return new MathExpression({
    label,
    expression: `SUM([${filled.join(', ')}])`,
    usingMetrics,
    period: MINUTE,
  });
}
