import { describe, expect, test } from '@jest/globals';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, CfnParameter, Duration, Lazy, RemovalPolicy, Size, Stack } from 'aws-cdk-lib/core';
import type { DeploymentOptions } from '../../infra/cistern-props.ts';
import { Cistern, CisternStack, HttpAccess } from '../../infra/index.ts';
import { checkOptions } from '../../infra/options/check-options.ts';
import { BATCHES, synthesise } from './synthesise.ts';

/** As JavaScript passes it, or TypeScript that reads it from a context. */
const check = (options: object) => () => checkOptions(options as DeploymentOptions);
const refusal = (setting: string, message: string) =>
  expect.objectContaining({
    code: 'settings.invalid',
    details: expect.objectContaining({ setting }),
    message: expect.stringContaining(message),
  });

describe('a setting that cannot be is refused before anything is deployed:', () => {
  const orders = (options: object) => ({ consumers: { orders: options } });
  const memory = 'must be a whole number from 128 to 10240; it was';
  test.each([
    [orders({ memorySize: 64 }), 'consumers.orders.memorySize', `${memory} 64.`],
    [orders({ memorySize: 20_000 }), 'consumers.orders.memorySize', `${memory} 20000.`],
    [orders({ memorySize: 512.5 }), 'consumers.orders.memorySize', `${memory} 512.5.`],
    [orders({ memorySize: '512' }), 'consumers.orders.memorySize', `${memory} "512".`],
    [orders({ environment: { 'a-b': 'c' } }), 'consumers.orders.environment.a-b', 'letters, digits and _'],
    [orders({ environment: { A: 'c' } }), 'consumers.orders.environment.A', 'two or more'],
    [
      orders({ environment: { SIZE: 5 } }),
      'consumers.orders.environment.SIZE',
      'must be a string; it was 5.',
    ],
    [orders({ vpc: 'vpc-1' }), 'consumers.orders.vpc', 'must be a VPC; it was "vpc-1".'],
    [
      orders({ memorySize: 512, runtime: Runtime.PYTHON_3_12 }),
      'consumers.orders.runtime',
      'Node.js 22 or newer',
    ],
    [orders({ runtime: Runtime.NODEJS_20_X }), 'consumers.orders.runtime', 'Node.js 22 or newer'],
    [orders({ timeout: 60 }), 'consumers.orders.timeout', 'a Duration of 1 to 900 seconds'],
    [orders({ timeout: Duration.minutes(16) }), 'consumers.orders.timeout', 'a Duration of 1 to 900 seconds'],
    [
      orders({ ephemeralStorageSize: Size.mebibytes(100) }),
      'consumers.orders.ephemeralStorageSize',
      '512 to 10,240',
    ],
    [
      orders({ reservedConcurrentExecutions: 0 }),
      'consumers.orders.reservedConcurrentExecutions',
      'from 1; it was 0',
    ],
    [orders({ logGroupClass: 'cheap' }), 'consumers.orders.logGroupClass', 'LogGroupClass.STANDARD'],
    [orders({ logLevel: 'debug' }), 'consumers.orders.logLevel', 'DEBUG, INFO, WARN, ERROR'],
    [
      orders({ environment: { AWS_REGION: 'a' } }),
      'consumers.orders.environment.AWS_REGION',
      'none that Lambda sets',
    ],
    // whatever variables a later version reads, none of a user's is overridden without a word
    [
      orders({ environment: { CISTERN_DEPLOYMENT: 'a' } }),
      'consumers.orders.environment.CISTERN_DEPLOYMENT',
      'begins with CISTERN_',
    ],
    [
      orders({ eventSource: { provisionedPollerConfig: { minimumPollers: 1 } } }),
      'consumers.orders.eventSource.provisionedPollerConfig.minimumPollers',
      'from 2 to 200',
    ],
    [
      orders({ eventSource: { maxConcurrency: 1 } }),
      'consumers.orders.eventSource.maxConcurrency',
      'from 2 to 1000',
    ],
    [
      { functionDefaults: { timeout: Duration.minutes(1) } },
      'functionDefaults.timeout',
      'There is no setting',
    ],
    [{ functions: { flush: {} } }, 'functions.flush', 'ingest, adminHttp, admin, timer, ticker, deadLetter'],
    [
      { table: { warmThroughput: { writeUnitsPerSecond: 100 } } },
      'table.warmThroughput.writeUnitsPerSecond',
      'from 4000',
    ],
    [
      {
        table: {
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 36 },
        },
      },
      'table.pointInTimeRecoverySpecification.recoveryPeriodInDays',
      'from 1 to 35',
    ],
    [{ bundling: true }, 'bundling', 'must be false, or an object'],
    [{ functions: { deadLetter: { memorySize: 64 } } }, 'functions.deadLetter.memorySize', `${memory} 64.`],
    [{ architecture: 'x86_64' }, 'architecture', 'Architecture.ARM_64 or Architecture.X86_64; it was'],
    [orders({ architecture: 'arm64' }), 'consumers.orders.architecture', 'Architecture.ARM_64 or'],
    [
      { functionDefaults: { architecture: Architecture.X86_64 } },
      'functionDefaults.architecture',
      'There is no setting',
    ],
    [{ logRetention: 17 }, 'logRetention', 'one of RetentionDays’ numbers of days (1, 3, 5,'],
    [{ removalPolicy: 'keep' }, 'removalPolicy', 'RemovalPolicy.RETAIN or DESTROY'],
    [{ removalPolicy: RemovalPolicy.SNAPSHOT }, 'removalPolicy', 'it was "snapshot".'],
    [{ encryptionKey: 'alias/mine' }, 'encryptionKey', 'must be a key of KMS; it was "alias/mine".'],
    [{ ticker: { leaderElection: 'maybe' } }, 'ticker.leaderElection', 'true or false; it was "maybe".'],
    [{ metrics: 'off' }, 'metrics', 'must be true or false; it was "off".'],
    [{ dashboard: 'no' }, 'dashboard', 'must be true or false'],
    [{ alarms: true }, 'alarms', 'must be false, or an object; it was true.'],
    [{ alarms: { topic: 'oncall' } }, 'alarms.topic', 'must be an SNS topic'],
    [{ alarms: { oldItems: { orders: 60 } } }, 'alarms.oldItems.orders', 'must be a Duration; it was 60.'],
    [{ logLevel: 'debug' }, 'logLevel', 'DEBUG, INFO, WARN, ERROR; it was "debug".'],
    [{ tracing: 'xray' }, 'tracing', 'must be Tracing.otlp(…) or Tracing.xray()'],
    [{ http: { add: 'iam' } }, 'http.add', 'HttpAccess.iam()'],
    [{ http: { add: false } }, 'http.add', 'HttpAccess.iam()'],
    [{ http: { operate: true } }, 'http.operate', 'false, or HttpAccess.iam()'],
    [{ http: { rateLimit: 0 } }, 'http.rateLimit', 'must be a whole number from 1; it was 0.'],
    [
      { http: { domain: { name: 'https://a.b', certificate: { certificateArn: 'a' } } } },
      'http.domain.name',
      'domain',
    ],
    [
      { http: { domain: { name: 'a.example' } } },
      'http.domain.certificate',
      'must be set, in an object of name, certificate; it was undefined.',
    ],
  ])('%j', (options, setting, message) => {
    expect(check(options)).toThrow(refusal(setting, message));
  });

  test.each([
    { issuer: 'http://id.example', setting: 'issuer' },
    { issuer: 'id.example', setting: 'issuer' },
    { issuer: 'https://id.example', audience: [], setting: 'audience' },
  ])('tokens of $issuer for $audience', ({ issuer, audience = ['shop'], setting }) => {
    expect(() => HttpAccess.jwt({ issuer, audience })).toThrow(
      refusal(setting, `The setting ${setting} must`),
    );
  });

  test('no definitions', () => {
    const props = { definition: './batches' } as unknown as ConstructorParameters<typeof Cistern>[2];
    expect(() => new Cistern(new Stack(), 'Cistern', props)).toThrow(
      refusal('definitions', 'the path of a module, or its URL; it was undefined.'),
    );
  });
});

describe('a setting that there is not is refused, with those that there are:', () => {
  test.each([
    [
      { encyptionKey: {} },
      'encyptionKey',
      'There is no setting encyptionKey; in its place there may be: deployment',
    ],
    [
      { consumers: { orders: { memory: 512 } } },
      'consumers.orders.memory',
      'may be: architecture, memorySize, runtime',
    ],
    [{ ticker: { interval: 1_000 } }, 'ticker.interval', 'may be: intervalMs, leaderElection.'],
    [{ alarms: { topics: [] } }, 'alarms.topics', 'may be: topic, oldItems.'],
    [
      { http: { rate: 5 } },
      'http.rate',
      'may be: add, operate, cors, rateLimit, burstLimit, accessLog, domain.',
    ],
  ])('%j', (options, setting, message) => {
    expect(check(options)).toThrow(refusal(setting, message));
  });

  test('also by the stack, which knows its own', () => {
    const make = (props: object) => () =>
      new CisternStack(new App(), 'Shop', {
        stackName: 'shop',
        description: 'A shop.',
        env: { region: 'eu-west-1' },
        terminationProtection: true,
        definitions: 'nowhere',
        ...props,
      });
    // the definitions are looked for, and bundled, when nothing else is wrong
    expect(make({})).toThrow(
      expect.objectContaining({
        code: 'definition.module_not_found',
        message: expect.stringContaining('nowhere'),
      }),
    );
    expect(make({ encyptionKey: {} })).toThrow(refusal('encyptionKey', 'There is no setting'));
  });
});

test('what CDK knows only when it is deployed is let through, where AWS takes it', () => {
  const { named, template, resources } = synthesise('shop', BATCHES, stack => ({
    consumers: {
      orders: {
        memorySize: new CfnParameter(stack, 'Memory', { type: 'Number', default: 512 }).valueAsNumber,
        environment: { BUS: Lazy.string({ produce: () => 'late' }) },
      },
    },
    logRetention: Lazy.number({ produce: () => 30 }) as RetentionDays,
    eventBus: new EventBus(stack, 'Bus').eventBusName,
    http: {
      add: HttpAccess.jwt({
        issuer: new UserPool(stack, 'Users').userPoolProviderUrl,
        audience: ['shop'],
      }),
      rateLimit: Lazy.number({ produce: () => 70 }),
    },
  }));
  const { Properties } = named('AWS::Lambda::Function', 'FunctionName', 'shop-on-orders');
  expect(Properties).toMatchObject({ MemorySize: { Ref: 'Memory' } });
  const [bus] = Object.keys(resources('AWS::Events::EventBus'));
  expect(Properties['Environment']).toMatchObject({
    Variables: { BUS: 'late', CISTERN_EVENT_BUS: { Ref: bus } },
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 70 },
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});
