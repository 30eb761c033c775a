import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ALL_BATCHES } from '#lib/telemetry/metrics';
import type { AlarmSpec } from './alarm-spec.ts';
import { batchMetric } from './batch-metric.ts';
import { throttleMetrics } from './table-metrics.ts';
import type { Watched } from './watched.ts';

/** Metrics that an alarm's expression may have: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const METRICS_OF_AN_ALARM = 10;

const MINUTE = Duration.minutes(1);

/** What goes wrong for all batches at once. */
export const deploymentAlarms = (watched: Watched): AlarmSpec[] => [
  tickerAlarm(watched),
  ingestAlarm(watched),
  deadLetterAlarm(watched),
  tableAlarm(watched),
  ...functionAlarms(watched),
];

/** What the functions' own metrics tell of all batches together. */
export const measuredAlarms = (deployment: string): AlarmSpec[] => [stuckAlarm(deployment)];

function stuckAlarm(deployment: string): AlarmSpec {
  return {
    id: 'Stuck',
    name: 'stuck-entries',
    section: 'stuck entries',
    description:
      'The ticker cannot put something right: buffers, jobs or drains at which it has failed five times in a row or more. What is stored stays, and is tried once an hour at the least; nothing else waits for it. First look at the warnings in the log of the ticker function.',
    metric: batchMetric(
      { deployment, batch: ALL_BATCHES, name: 'EntriesStuck' },
      { period: Duration.minutes(15) },
    ),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    // what is tried once an hour has a value in one of four or five periods
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
      'In five of the last six minutes the ticker has not run to its end. Batches are still flushed by size and by timers, but what any of these leaves undone stays undone, and no age of items is told. First look at the log of the ticker function, and at whether its rule is enabled.',
    metric: new MathExpression({
      label: 'Runs without an error',
      // a function that nobody invokes has no value, which is what is to be told; and where values are missing an
      // alarm looks further back than its periods, and stays as it is while there still are some
      expression: 'FILL(invocations, 0) - FILL(errors, 0)',
      usingMetrics: {
        invocations: ticker.metricInvocations({ period: MINUTE }),
        errors: ticker.metricErrors({ period: MINUTE }),
      },
      period: MINUTE,
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // the newest minute's value may not be there yet, and a schedule is not to the second
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
      'In three of the last five minutes the HTTP API has answered with 5xx: producers may not have added their items. A batch whose ingestion is paused answers so as well. Whoever invokes the ingest function directly is told by the error and not here. First look at the log of the ingest function, then at the API’s access log, if there is one (http.accessLog).',
    // not the function's errors: a direct invocation is refused by one, and what a caller did wrong is for the caller
    metric: api.httpApi.metricServerError({ statistic: Stats.SUM, period: MINUTE }),
    ...LASTING,
  };
}

function deadLetterAlarm({ functions: { deadLetter } }: Watched): AlarmSpec {
  return {
    id: 'DeadLetter',
    name: 'dead-letter-errors',
    section: 'dead batches',
    description:
      'The dead letter function has been ended before it was done, in two of the last three times five minutes: by its memory, by its five minutes, or as it was loaded. Dead batches wait for it, and onDead is called again. First look at its log, then at the memorySize and the vpc of deadLetter.',
    // what onDead throws is logged and tried again, and no error of the function
    metric: deadLetter.metricErrors({ period: Duration.minutes(5) }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    // a call that was ended is made again after six minutes
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
      'In three of the last five minutes DynamoDB has throttled requests of the table or its indexes; adds are slow, or refused. First look at which batch’s adds have risen: a group takes about 1,000 a second for each of its shards.',
    metric: sum('Throttled reads and writes', throttleMetrics(buffers, { period: MINUTE })),
    ...LASTING,
  };
}

/** As many alarms as it takes for all functions at whose call nobody waits for the answer, or a producer does. */
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
        'In three of the last five minutes Lambda has throttled functions of the deployment; what they have to do comes later. First look at how near the account is to its concurrent executions, and at what else uses them.',
      metric: sum('Throttles', own.map(throttlesOf)),
      ...LASTING,
    };
  });
}

const throttlesOf = (target: IFunction): IMetric => target.metricThrottles({ period: MINUTE });

/**
 * Any at all, if it goes on: all of these are tried again by themselves, and one that passes is nothing to get up for.
 * A minute without a value is one in which nothing happened.
 */
const LASTING = {
  threshold: 0,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/**
 * The sum of metrics that have values only when something happens. Filled up with zeros: alarms on DynamoDB's own stay
 * as they are where values are missing, whatever they are told, and would never be over.
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
