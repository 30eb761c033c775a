import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ContributorInsightsMode } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, type Environment, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib/core';
import type {
  CorsOptions,
  DeploymentOptions,
  FunctionDefaults,
  HttpOptions,
} from '../../../infra/cistern-props.ts';
import type { TickerOptions } from '../../../infra/environment/ticker-environment.ts';
import { HttpAccess, Tracing } from '../../../infra/index.ts';
import type { AlarmOptions } from '../../../infra/monitoring/monitoring-options.ts';
import type {
  ConsumerOptions,
  FunctionOptions,
  SharedFunctionsOptions,
} from '../../../infra/options/function-options.ts';
import type { StackDefinition } from '../../../infra/options/stack-definition.ts';
import type { TableOptions } from '../../../infra/options/table-options.ts';
import { batchesNamed, type Synthesised, synthesise } from '../synthesise.ts';
import { type Resources, resourcesOf } from './template-resources.ts';

const ENV: Environment = { account: '123456789012', region: 'eu-west-1' };

/** A plain definition, one whose name queues cannot have, and two of a pool. */
const DEFINITIONS: readonly StackDefinition[] = [
  ...batchesNamed('orders', 'audit.log'),
  ...batchesNamed('views', 'visits').map(definition => ({ ...definition, pool: 'small', events: true })),
];

/** A function with each setting once, and a consumer with those that its event source excludes. */
interface EveryOption extends Required<Omit<DeploymentOptions, 'deployment' | 'bundling'>> {
  readonly table: Required<TableOptions>;
  // for all functions these would replace the log groups, and the security group, that were recorded
  readonly functionDefaults: Required<Omit<FunctionDefaults, 'logGroupClass' | 'securityGroups'>>;
  readonly functions: Required<SharedFunctionsOptions>;
  readonly consumers: {
    readonly orders: ConsumerOptions & { readonly eventSource: { readonly provisionedPollerConfig: object } };
    readonly 'audit.log': Required<Omit<ConsumerOptions, 'bundling'>>;
  };
  readonly http: Required<HttpOptions> & { readonly cors: Required<CorsOptions> };
  readonly ticker: Required<TickerOptions>;
  readonly alarms: Required<AlarmOptions>;
}

type Settings = Pick<
  Required<FunctionOptions>,
  'layers' | 'ephemeralStorageSize' | 'vpc' | 'vpcSubnets' | 'logRetention' | 'logLevel'
>;

/** Settings of a function that refer to other resources, and some that do not. */
const settings = (stack: Stack, id: string): Settings => ({
  layers: [
    LayerVersion.fromLayerVersionArn(
      stack,
      `${id}Layer`,
      'arn:aws:lambda:eu-west-1:123456789012:layer:fonts:1',
    ),
  ],
  ephemeralStorageSize: Size.gibibytes(2),
  vpc: Vpc.fromVpcAttributes(stack, `${id}Vpc`, {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-west-1a'],
    privateSubnetIds: ['subnet-1'],
  }) as IVpc,
  vpcSubnets: { subnets: [Subnet.fromSubnetId(stack, `${id}Subnet`, 'subnet-1')] },
  logRetention: RetentionDays.ONE_YEAR,
  logLevel: 'INFO',
});

/** Each option once, also within others: the compiler asks for one that is new. */
const everyOption = (stack: Stack): EveryOption => ({
  eventBus: 'lake',
  removalPolicy: RemovalPolicy.RETAIN,
  encryptionKey: Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1'),
  architecture: Architecture.X86_64,
  producers: [new AccountPrincipal('999999999999')],
  logRetention: RetentionDays.ONE_YEAR,
  table: {
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
    deletionProtection: true,
    warmThroughput: { readUnitsPerSecond: 15_000, writeUnitsPerSecond: 20_000 },
    indexWarmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 8_000 },
    contributorInsightsSpecification: { enabled: true, mode: ContributorInsightsMode.THROTTLED_KEYS },
  },
  functionDefaults: {
    memorySize: 1_024,
    environment: { STAGE: 'production' },
    runtime: Runtime.NODEJS_24_X,
    ...settings(stack, 'All'),
  },
  functions: {
    ingest: { provisionedConcurrentExecutions: 2 },
    adminHttp: { runtime: Runtime.NODEJS_22_X },
    admin: { logLevel: 'WARN' },
    timer: { reservedConcurrentExecutions: 10 },
    ticker: { ephemeralStorageSize: Size.gibibytes(1) },
    deadLetter: { timeout: Duration.minutes(15) },
  },
  consumers: {
    orders: {
      eventSource: { provisionedPollerConfig: { minimumPollers: 2, maximumPollers: 10 } },
    },
    'audit.log': {
      memorySize: 2_048,
      timeout: Duration.minutes(15),
      architecture: Architecture.ARM_64,
      runtime: Runtime.NODEJS_22_X,
      environment: { STAGE: 'own' },
      reservedConcurrentExecutions: 30,
      provisionedConcurrentExecutions: 3,
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
      eventSource: { maxConcurrency: 20 },
      ...settings(stack, 'Own'),
    },
  },
  pools: { small: { eventSource: { maxConcurrency: 20 } } },
  http: {
    add: HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'] }),
    operate: HttpAccess.iam(),
    cors: {
      origins: ['https://www.example.com'],
      headers: ['x-site-key'],
      maxAge: Duration.hours(2),
    },
    rateLimit: 50,
    burstLimit: 60,
    accessLog: true,
    domain: {
      name: 'batches.example.com',
      certificate: Certificate.fromCertificateArn(
        stack,
        'Cert',
        'arn:aws:acm:eu-west-1:123456789012:certificate/1',
      ),
    },
  },
  ticker: { intervalMs: 500, leaderElection: false },
  dashboard: true,
  alarms: { topic: new Topic(stack, 'Oncall'), oldItems: { orders: Duration.hours(1) } },
  metrics: false,
  logLevel: 'INFO',
  tracing: Tracing.xray(),
});

/** The stacks whose resources are an interface. */
export const STACKS = {
  'no option': () => synthesise('shop', DEFINITIONS),
  'each option once': () => synthesise('shop', DEFINITIONS, everyOption, undefined, ENV),
} as const satisfies Record<string, () => Synthesised>;

/** A stack's resources as this version makes them. */
export const resourcesMade = (stack: () => Synthesised): Resources =>
  resourcesOf(stack().template.toJSON() as never);
