import { describe, expect, test } from '@jest/globals';
import { Duration } from 'aws-cdk-lib/core';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import type { StackDefinition } from '../../infra/options/stack-definition.ts';
import { BATCHES, batchesNamed, type Synthesised, synthesise } from './synthesise.ts';

const ALARM = 'AWS::CloudWatch::Alarm';
const shop = synthesise('shop', BATCHES);
const alarm = (name: string, { named } = shop) => named(ALARM, 'AlarmName', `shop/${name}`).Properties;
const namesOf = ({ resources }: Synthesised) =>
  Object.values(resources(ALARM)).map(({ Properties }) => String(Properties['AlarmName']));
const ofDeployment = [
  'ticker',
  'ingest-errors',
  'dead-letter-errors',
  'table-throttles',
  'function-throttles-1',
];
const measured = ['stuck-entries'];
const kinds = ['dead-batches', 'old-items', 'slow-handlers'];

test('are three for each batch, and those of the deployment', () => {
  const ofBatches = BATCHES.flatMap(({ name }) => kinds.map(kind => `${name}/${kind}`));
  const all = [...ofDeployment, ...measured, ...ofBatches];
  expect(namesOf(shop).sort()).toEqual(all.map(name => `shop/${name}`).sort());
});

test('are none where they are not wanted', () => {
  expect(namesOf(synthesise('shop', BATCHES, { alarms: false }))).toEqual([]);
});

test('are the deployment’s alone where the functions write no metrics', () => {
  const silent = synthesise('shop', BATCHES, { metrics: false });
  expect(namesOf(silent).sort()).toEqual(ofDeployment.map(name => `shop/${name}`).sort());
});

test.each([...ofDeployment, ...measured, ...kinds.map(kind => `orders/${kind}`)])(
  '%s says what to do first, and where more of it is',
  name => {
    const description = String(alarm(name)['AlarmDescription']);
    expect(description).toMatch(
      /First look at .*\. More: docs\/operations\.md, "(dead batches|old items|slow handlers|stuck entries|the ticker does not run|throttles|ingest errors)"\.$/,
    );
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    expect(description.length).toBeLessThan(1_024);
  },
);

describe('dead batches', () => {
  test('are told of with the first one, as is a consumer that takes nothing up', () => {
    const { Metrics, ...told } = alarm('orders/dead-batches');
    const stats = (Metrics as { MetricStat?: { Metric: { MetricName: string }; Stat: string } }[]).flatMap(
      ({ MetricStat }) => (MetricStat ? [`${MetricStat.Stat} of ${MetricStat.Metric.MetricName}`] : []),
    );
    expect(stats).toEqual(['Sum of BatchesDead', 'Sum of BatchesUnclaimed']);
    expect(told).toMatchObject({
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
    });
  });

  test('are none where nothing is written', () => {
    expect(alarm('orders/dead-batches')).toMatchObject({ TreatMissingData: 'notBreaching' });
  });
});

describe('stuck entries', () => {
  test('are told of by the first one of any batch, and for as long as it is tried once an hour', () => {
    expect(alarm('stuck-entries')).toMatchObject({
      Namespace: 'Cistern',
      MetricName: 'EntriesStuck',
      Dimensions: expect.arrayContaining([{ Name: 'batch', Value: '*' }]),
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    });
    const { Period, EvaluationPeriods } = alarm('stuck-entries');
    expect(Number(Period) * Number(EvaluationPeriods)).toBeGreaterThan(3_600 + 120);
  });
});

describe('old items', () => {
  const threshold = (definition: Partial<StackDefinition>, options: DeploymentOptions = {}) => {
    const [plain] = batchesNamed('orders');
    const made = synthesise('shop', plain ? [{ ...plain, ...definition }] : [], options);
    return Number(alarm('orders/old-items', made)['Threshold']);
  };
  const retries = { max: 3, strategy: 'exponential', baseDelay: 60_000, jitter: false } as const;

  test.each([
    { title: 'are never told of below five minutes', of: { maxWaitMs: 1 }, ms: 300_000 },
    { title: 'have waited twice as long as they may', of: { maxWaitMs: 600_000 }, ms: 1_200_000 },
    {
      title: 'may have been run for as long as the definition says',
      of: { maxWaitMs: 600_000, timeout: 90_000 },
      ms: 1_290_000,
    },
    {
      title: 'may have been retried, each time after twice the delay',
      of: { maxWaitMs: 600_000, retries },
      ms: 1_200_000 + 7 * 60_000,
    },
    {
      title: 'may have been run again as often as they are retried',
      of: { maxWaitMs: 600_000, timeout: 90_000, retries: { ...retries, strategy: 'fixed' as const } },
      ms: 1_200_000 + 4 * 90_000 + 3 * 60_000,
    },
    {
      title: 'are not retried later than maxDelay says',
      of: { maxWaitMs: 600_000, retries: { ...retries, maxDelay: 60_000 } },
      ms: 1_200_000 + 3 * 60_000,
    },
  ])('$title', ({ of, ms }) => {
    expect(threshold(of)).toBe(ms);
  });

  test('are what somebody says they are', () => {
    const alarms = { oldItems: { orders: Duration.hours(3) } };
    expect(threshold({}, { alarms })).toBe(3 * 3_600_000);
  });

  test('are told of when three minutes of five say so, of which some have no value', () => {
    expect(alarm('orders/old-items')).toMatchObject({
      MetricName: 'OldestItemAge',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
    });
  });

  test('cannot be told of by the second, or of a batch that there is not', () => {
    const ask = (batch: string, age: Duration) => () =>
      synthesise('shop', BATCHES, { alarms: { oldItems: { [batch]: age } } });
    expect(ask('orders', Duration.seconds(59))).toThrow(
      expect.objectContaining({
        code: 'settings.invalid',
        details: { setting: 'alarms.oldItems.orders', value: 59_000 },
      }),
    );
    expect(ask('order', Duration.hours(1))).toThrow(expect.objectContaining({ code: 'batch.unknown' }));
  });
});

describe('slow handlers', () => {
  test.each([
    { batch: 'audit.log', ms: 72_000, of: 'the definition’s timeout' },
    { batch: 'orders', ms: 716_000, of: 'what Lambda’s 15 minutes leave' },
  ])('take four fifths of $of', ({ batch, ms }) => {
    expect(alarm(`${batch}/slow-handlers`)).toMatchObject({
      MetricName: 'HandlerDuration',
      ExtendedStatistic: 'p99',
      Threshold: ms,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('stay slow until one runs that is not', () => {
    expect(alarm('orders/slow-handlers')).toMatchObject({ TreatMissingData: 'ignore' });
  });
});

interface MetricQuery {
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Period: number;
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
    };
  };
}
const queriesOf = (name: string, made = shop) => alarm(name, made)['Metrics'] as readonly MetricQuery[];
const expressionOf = (name: string) => queriesOf(name).find(({ Expression }) => Expression)?.Expression;
const metricsOf = (name: string, made = shop) =>
  queriesOf(name, made).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));

describe('the ticker', () => {
  test('has to run without an error in two of six minutes, of which the newest may have no value yet', () => {
    expect(alarm('ticker')).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 6,
      DatapointsToAlarm: 5,
    });
    expect(queriesOf('ticker').flatMap(({ MetricStat }) => MetricStat?.Period ?? [])).toEqual([60, 60]);
    expect(metricsOf('ticker').map(({ MetricName }) => MetricName)).toEqual(['Invocations', 'Errors']);
  });

  // an alarm that misses values looks for others further back, and waits until there are none
  test('is told of where nobody invokes it any more: a minute without a value is one without a run', () => {
    expect(expressionOf('ticker')).toBe('FILL(invocations, 0) - FILL(errors, 0)');
    expect(alarm('ticker')).toMatchObject({ TreatMissingData: 'breaching' });
  });
});

test('the dead letter function is told of when it is ended again and again, six minutes apart', () => {
  const { id } = shop.named('AWS::Lambda::Function', 'FunctionName', 'shop-dead-letter');
  expect(alarm('dead-letter-errors')).toMatchObject({
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: id } }],
    Statistic: 'Sum',
    Period: 300,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'notBreaching',
  });
});

test('the calls of onDead that are ended are counted over as long as it takes to repeat them', () => {
  const patient = synthesise('shop', BATCHES, {
    functions: { deadLetter: { timeout: Duration.minutes(15) } },
  });
  const { Properties } = patient.named('AWS::CloudWatch::Alarm', 'AlarmName', 'shop/dead-letter-errors');
  const queue = patient.named('AWS::SQS::Queue', 'QueueName', 'shop-dead');
  const { Period, EvaluationPeriods } = Properties as Readonly<Record<string, number>>;
  expect((Period ?? 0) * (EvaluationPeriods ?? 0)).toBeGreaterThan(
    2 * Number(queue.Properties['VisibilityTimeout']),
  );
});

describe('what is tried again by itself', () => {
  test.each(['ingest-errors', 'table-throttles', 'function-throttles-1'])(
    'is told of by %s when it goes on: three minutes of five',
    name => {
      expect(alarm(name)).toMatchObject({
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
      });
    },
  );

  // alarms on DynamoDB's metrics ignore missing data whatever they are told, and would never end
  test.each(['table-throttles', 'function-throttles-1'])(
    'is none of %s in a minute without a value',
    name => {
      const filled = metricsOf(name).map((_, at) => `FILL(m${at}, 0)`);
      expect(expressionOf(name)).toBe(`SUM([${filled.join(', ')}])`);
    },
  );

  test('is what the API answers with 5xx, and no refusal of a direct invocation, which is its caller’s', () => {
    const { id } = shop.named('AWS::ApiGatewayV2::Api', 'Name', 'shop');
    expect(alarm('ingest-errors')).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Dimensions: [{ Name: 'ApiId', Value: { Ref: id } }],
      Statistic: 'Sum',
      Period: 60,
    });
    expect(alarm('ingest-errors')).not.toHaveProperty('Metrics');
  });

  test('is what DynamoDB throttles, of the table and of both indexes', () => {
    const found = metricsOf('table-throttles').map(({ MetricName, Dimensions }) => [
      MetricName,
      Dimensions.find(({ Name }) => Name === 'GlobalSecondaryIndexName')?.Value,
    ]);
    expect(found).toEqual(
      [undefined, 'due', 'jobs'].flatMap(index => [
        ['ReadThrottleEvents', index],
        ['WriteThrottleEvents', index],
      ]),
    );
  });

  test('is what Lambda throttles of all functions but those that operators wait for, ten to an alarm', () => {
    const many = synthesise('shop', batchesNamed(...Array.from({ length: 12 }, (_, i) => `batch-${i}`)));
    const parts = namesOf(many).filter(name => name.includes('function-throttles'));
    expect(parts.sort()).toEqual(['shop/function-throttles-1', 'shop/function-throttles-2']);
    const found = parts.flatMap(name => metricsOf(name.slice('shop/'.length), many));
    expect(found.length).toBe(5 + 12);
    const { functions, consumers: made } = many.topology;
    const { ingest, adminHttp, timer, ticker, deadLetter } = functions;
    const consumers = made.map(each => each.function);
    const ids = [ingest, adminHttp, timer, ticker, deadLetter, ...consumers].map(
      ({ name }) => many.named('AWS::Lambda::Function', 'FunctionName', name).id,
    );
    expect(found.map(({ Dimensions }) => Dimensions)).toEqual(
      ids.map(id => [{ Name: 'FunctionName', Value: { Ref: id } }]),
    );
  });
});
