import { describe, expect, test } from '@jest/globals';
import { type IVpc, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, Size, type Stack } from 'aws-cdk-lib/core';
import type { DeploymentOptions, FunctionDefaults } from '../../infra/cistern-props.ts';
import type { ConsumerOptions, FunctionOptions } from '../../infra/options/function-options.ts';
import { BATCHES, batchesNamed, type Synthesised, synthesise } from './synthesise.ts';

const DEFINITIONS = [
  ...BATCHES,
  ...batchesNamed('views', 'visits').map(definition => ({ ...definition, pool: 'small', timeout: 30_000 })),
];

/** Each place where a function's settings may be, and which functions they are for. */
const PLACES: readonly {
  readonly place: string;
  readonly given: (options: FunctionOptions) => DeploymentOptions;
  readonly names: readonly string[];
}[] = [
  { place: 'functions.ingest', given: ingest => ({ functions: { ingest } }), names: ['shop-ingest'] },
  {
    place: 'functions.adminHttp',
    given: adminHttp => ({ functions: { adminHttp } }),
    names: ['shop-admin-http'],
  },
  {
    place: 'functions.admin',
    given: admin => ({ functions: { admin } }),
    names: ['shop-flush', 'shop-pause', 'shop-status', 'shop-purge'],
  },
  { place: 'functions.timer', given: timer => ({ functions: { timer } }), names: ['shop-timer'] },
  { place: 'functions.ticker', given: ticker => ({ functions: { ticker } }), names: ['shop-ticker'] },
  {
    place: 'functions.deadLetter',
    given: deadLetter => ({ functions: { deadLetter } }),
    names: ['shop-dead-letter'],
  },
  { place: 'consumers.orders', given: orders => ({ consumers: { orders } }), names: ['shop-on-orders'] },
  { place: 'pools.small', given: small => ({ pools: { small } }), names: ['shop-pool-small'] },
];

const functionOf = ({ named }: Synthesised, name: string) =>
  named('AWS::Lambda::Function', 'FunctionName', name);
const logOf = ({ named }: Synthesised, name: string) =>
  named('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/${name}`).Properties;

/** Each setting that a function may have: the compiler asks for one that is new. */
const everySetting = (stack: Stack): Required<FunctionOptions> => ({
  memorySize: 1_024,
  timeout: Duration.minutes(15),
  architecture: Architecture.X86_64,
  runtime: Runtime.NODEJS_22_X,
  environment: { WAREHOUSE: 'w' },
  layers: [LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:eu-west-1:1:layer:a:1')],
  ephemeralStorageSize: Size.gibibytes(2),
  reservedConcurrentExecutions: 40,
  provisionedConcurrentExecutions: 5,
  vpc: new Vpc(stack, 'Vpc', { maxAzs: 1 }) as IVpc,
  vpcSubnets: { subnets: [Subnet.fromSubnetId(stack, 'Subnet', 'subnet-1')] },
  securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
  logRetention: RetentionDays.ONE_YEAR,
  logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
  logLevel: 'DEBUG',
});
/** What they are in a template, but for those that one function has alone. */
const ALL_HAVE = {
  MemorySize: 1_024,
  Runtime: 'nodejs22.x',
  Environment: {
    Variables: { WAREHOUSE: 'w', CISTERN_DEPLOYMENT: 'shop', CISTERN_LOG_LEVEL: 'DEBUG' },
  },
  Layers: ['arn:aws:lambda:eu-west-1:1:layer:a:1'],
  EphemeralStorage: { Size: 2_048 },
  VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
  LoggingConfig: { ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'INFO' },
};

describe.each(PLACES)('$place', ({ given, names }) => {
  const made = synthesise('shop', DEFINITIONS, stack => ({ metrics: false, ...given(everySetting(stack)) }));

  test.each(names)('are the settings of %s', name => {
    expect(functionOf(made, name).Properties).toMatchObject({
      ...ALL_HAVE,
      Timeout: 900,
      Architectures: ['x86_64'],
      ReservedConcurrentExecutions: 40,
    });
    expect(logOf(made, name)).toMatchObject({ RetentionInDays: 365, LogGroupClass: 'INFREQUENT_ACCESS' });
    made.template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      FunctionName: { Ref: functionOf(made, name).id },
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 },
    });
  });

  test('are no other function’s', () => {
    const others = Object.values(made.resources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties['MemorySize'] !== 1_024,
    );
    expect(others.length).toBeGreaterThan(5);
    for (const { Properties } of others) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        Environment: { Variables: expect.anything() },
      });
      for (const name of ['Layers', 'EphemeralStorage', 'ReservedConcurrentExecutions', 'VpcConfig']) {
        expect(Properties).not.toHaveProperty(name);
      }
    }
  });
});

describe('functionDefaults', () => {
  test('may have every setting but those of a single function', () => {
    const made = synthesise('shop', DEFINITIONS, stack => {
      const {
        architecture,
        timeout,
        reservedConcurrentExecutions,
        provisionedConcurrentExecutions,
        ...shared
      } = everySetting(stack);
      const functionDefaults: Required<FunctionDefaults> = shared;
      return { metrics: false, functionDefaults };
    });
    const all = Object.values(made.resources('AWS::Lambda::Function'));
    for (const { Properties } of all) expect(Properties).toMatchObject(ALL_HAVE);
    made.template.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 365,
      LogGroupClass: 'INFREQUENT_ACCESS',
    });
  });

  test('are for all functions, and each function’s own come first', () => {
    const made = synthesise('shop', DEFINITIONS, {
      functionDefaults: { memorySize: 768, environment: { REGION_NAME: 'a', STAGE: 'test' } },
      consumers: { orders: { memorySize: 2_048, environment: { STAGE: 'own' } } },
    });
    const all = Object.values(made.resources('AWS::Lambda::Function'));
    expect(new Set(all.map(({ Properties }) => Properties['MemorySize']))).toEqual(new Set([768, 2_048]));
    expect(functionOf(made, 'shop-on-orders').Properties['Environment']).toMatchObject({
      Variables: { REGION_NAME: 'a', STAGE: 'own' },
    });
    expect(functionOf(made, 'shop-ticker').Properties['Environment']).toMatchObject({
      Variables: { REGION_NAME: 'a', STAGE: 'test' },
    });
  });
});

describe('a timeout', () => {
  test.each([
    ['functions.timer', { functions: { timer: { timeout: Duration.seconds(20) } } }, 'shop-timer', 120],
    [
      'functions.deadLetter',
      { functions: { deadLetter: { timeout: Duration.minutes(15) } } },
      'shop-dead',
      1_080,
    ],
    [
      'consumers.audit.log',
      { consumers: { 'audit.log': { timeout: Duration.minutes(10) } } },
      /audit-log/,
      600,
    ],
    ['pools.small', { pools: { small: { timeout: Duration.minutes(10) } } }, 'shop-pool-small', 600],
  ] as const)('of %s has its queue hide messages as many times longer', (_, options, queue, seconds) => {
    const queues = Object.values(synthesise('shop', DEFINITIONS, options).resources('AWS::SQS::Queue'));
    const found = queues.find(({ Properties }) => {
      const name = String(Properties['QueueName']);
      return typeof queue === 'string' ? name === queue : queue.test(name);
    });
    expect(found?.Properties['VisibilityTimeout']).toBe(seconds);
  });

  test.each([
    [
      { functions: { ingest: { timeout: Duration.seconds(28) } } },
      'functions.ingest.timeout',
      '29 seconds or more',
    ],
    [
      { functions: { ticker: { timeout: Duration.minutes(1) } } },
      'functions.ticker.timeout',
      '90 seconds or more',
    ],
    // its definition allows a handler 90 s
    [
      { consumers: { 'audit.log': { timeout: Duration.seconds(100) } } },
      'consumers.audit.log.timeout',
      '120 seconds or more',
    ],
    [
      { consumers: { orders: { timeout: Duration.minutes(5) } } },
      'consumers.orders.timeout',
      'set the definition’s timeout',
    ],
    [{ pools: { small: { timeout: Duration.seconds(59) } } }, 'pools.small.timeout', '60 seconds or more'],
  ])('that is too short for the work is refused: %j', (options, setting, message) => {
    refuses(options, setting, message);
  });
});

describe('an event source', () => {
  const mappingOf = (made: Synthesised, name: string) => {
    const { id } = functionOf(made, name);
    return Object.values(made.resources('AWS::Lambda::EventSourceMapping')).find(({ Properties }) =>
      JSON.stringify(Properties['FunctionName']).includes(id),
    )?.Properties;
  };
  const orders = (options: ConsumerOptions) => ({ consumers: { orders: options } });

  test('may have a bound that costs no requests, where the definition has none', () => {
    const made = synthesise('shop', DEFINITIONS, orders({ eventSource: { maxConcurrency: 20 } }));
    expect(mappingOf(made, 'shop-on-orders')).toMatchObject({ ScalingConfig: { MaximumConcurrency: 20 } });
  });

  test('may have pollers of its own', () => {
    const provisionedPollerConfig = { minimumPollers: 4, maximumPollers: 50 };
    const made = synthesise('shop', DEFINITIONS, orders({ eventSource: { provisionedPollerConfig } }));
    const mapping = mappingOf(made, 'shop-on-orders');
    expect(mapping).toMatchObject({ ProvisionedPollerConfig: { MinimumPollers: 4, MaximumPollers: 50 } });
    expect(mapping).not.toHaveProperty('ScalingConfig');
  });

  // what Lambda has taken and cannot run is hidden for as long as the function may take
  test('takes no more messages than its function has reserved invocations', () => {
    const made = synthesise('shop', DEFINITIONS, {
      consumers: { orders: { reservedConcurrentExecutions: 7 } },
      functions: { timer: { reservedConcurrentExecutions: 5 } },
    });
    expect(mappingOf(made, 'shop-on-orders')).toMatchObject({ ScalingConfig: { MaximumConcurrency: 7 } });
    expect(mappingOf(made, 'shop-timer')).toMatchObject({ ScalingConfig: { MaximumConcurrency: 5 } });
  });

  test('invokes the processes that are kept warm, as do the API and the schedule', () => {
    const warm = { provisionedConcurrentExecutions: 2 };
    const made = synthesise('shop', DEFINITIONS, {
      consumers: { orders: warm },
      functions: { ingest: warm, ticker: warm },
    });
    const aliasOf = (name: string) => {
      const { id } = functionOf(made, name);
      const found = Object.entries(made.resources('AWS::Lambda::Alias')).find(
        ([, { Properties }]) => JSON.stringify(Properties['FunctionName']) === JSON.stringify({ Ref: id }),
      );
      return found?.[0] ?? 'none';
    };
    const mappings = JSON.stringify(made.resources('AWS::Lambda::EventSourceMapping'));
    expect(mappings).toContain(aliasOf('shop-on-orders'));
    const integrations = JSON.stringify(made.resources('AWS::ApiGatewayV2::Integration'));
    expect(integrations).toContain(aliasOf('shop-ingest'));
    const permissions = JSON.stringify(made.resources('AWS::Lambda::Permission'));
    expect(permissions).toContain(aliasOf('shop-ingest'));
    expect(JSON.stringify(made.resources('AWS::Events::Rule'))).toContain(aliasOf('shop-ticker'));
  });

  test.each([
    [
      { consumers: { 'audit.log': { eventSource: { maxConcurrency: 5 } } } },
      'consumers.audit.log.eventSource.maxConcurrency',
      'concurrency of the definition sets it, to 3',
    ],
    [
      { consumers: { 'audit.log': { eventSource: { provisionedPollerConfig: {} } } } },
      'consumers.audit.log.eventSource.provisionedPollerConfig',
      'there is a bound of 3 batches at once',
    ],
    [
      orders({ eventSource: { maxConcurrency: 9, provisionedPollerConfig: {} } }),
      'consumers.orders.eventSource.provisionedPollerConfig',
      'there is a bound of 9 batches at once',
    ],
    [
      orders({ eventSource: { provisionedPollerConfig: { minimumPollers: 9, maximumPollers: 3 } } }),
      'consumers.orders.eventSource.provisionedPollerConfig.minimumPollers',
      'at most maximumPollers, 3',
    ],
    [
      orders({
        reservedConcurrentExecutions: 20,
        eventSource: { provisionedPollerConfig: { maximumPollers: 3 } },
      }),
      'consumers.orders.reservedConcurrentExecutions',
      '30 or more',
    ],
    [
      orders({ reservedConcurrentExecutions: 1 }),
      'consumers.orders.reservedConcurrentExecutions',
      '2 or more',
    ],
    [
      { consumers: { 'audit.log': { reservedConcurrentExecutions: 2 } } },
      'consumers.audit.log.reservedConcurrentExecutions',
      '3 or more: as many as Lambda takes of the queue at once',
    ],
  ])('with settings that exclude each other is refused: %j', (options, setting, message) => {
    refuses(options, setting, message);
  });
});

test.each(['vpcSubnets', 'securityGroups'])('%s without a VPC are refused', name => {
  const options = { consumers: { orders: { [name]: name === 'vpcSubnets' ? {} : [] } } };
  refuses(options, `consumers.orders.${name}`, 'left out, or vpc must be set');
  const inVpc = (stack: Stack) => ({ ...options, functionDefaults: { vpc: new Vpc(stack, 'Vpc') as IVpc } });
  expect(() => synthesise('shop', DEFINITIONS, inVpc)).not.toThrow();
});

test('more warm processes than are reserved are refused', () => {
  refuses(
    { functions: { ingest: { reservedConcurrentExecutions: 5, provisionedConcurrentExecutions: 6 } } },
    'functions.ingest.provisionedConcurrentExecutions',
    'at most reservedConcurrentExecutions, 5; it was 6.',
  );
});

test('a log class without metrics is refused while the functions write metrics', () => {
  const logGroupClass = LogGroupClass.INFREQUENT_ACCESS;
  refuses({ functionDefaults: { logGroupClass } }, 'functions.ingest.logGroupClass', 'metrics must be false');
  expect(() =>
    synthesise('shop', DEFINITIONS, { functionDefaults: { logGroupClass }, metrics: false }),
  ).not.toThrow();
});

function refuses(options: DeploymentOptions, setting: string, message: string): void {
  expect(() => synthesise('shop', DEFINITIONS, options)).toThrow(
    expect.objectContaining({
      code: 'settings.invalid',
      details: expect.objectContaining({ setting }),
      message: expect.stringContaining(message),
    }),
  );
}
