import { Duration, type Environment, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ContributorInsightsMode } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { DeploymentOptions } from '../../../infra/cistern-props.ts';
import { HttpAccess, Tracing } from '../../../infra/index.ts';
import type { StackDefinition } from '../../../infra/options/stack-definition.ts';
import { batchesNamed, type Synthesised, synthesise } from '../synthesise.ts';
import { type Resources, resourcesOf } from './template-resources.ts';

const ENV: Environment = { account: '123456789012', region: 'eu-west-1' };

/** A plain definition, one whose name queues cannot have, and two of a pool. */
const DEFINITIONS: readonly StackDefinition[] = [
  ...batchesNamed('orders', 'audit.log'),
  ...batchesNamed('views', 'visits').map(definition => ({ ...definition, pool: 'small', events: true })),
];

/** Each option once: the compiler asks for one that is new. */
const everyOption = (stack: Stack): Required<Omit<DeploymentOptions, 'deployment' | 'bundling'>> => ({
  eventBus: 'lake',
  removalPolicy: RemovalPolicy.RETAIN,
  encryptionKey: Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1'),
  architecture: Architecture.X86_64,
  producers: [new AccountPrincipal('999999999999')],
  logRetention: RetentionDays.ONE_YEAR,
  table: {
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
    deletionProtection: true,
    warmThroughput: { writeUnitsPerSecond: 20_000 },
    indexWarmThroughput: { writeUnitsPerSecond: 8_000 },
    contributorInsightsSpecification: { enabled: true, mode: ContributorInsightsMode.THROTTLED_KEYS },
  },
  functionDefaults: { memorySize: 1_024, environment: { STAGE: 'production' } },
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
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['eu-west-1a'],
        privateSubnetIds: ['subnet-1'],
      }) as IVpc,
    },
    'audit.log': { logGroupClass: LogGroupClass.INFREQUENT_ACCESS },
  },
  pools: { small: { eventSource: { maxConcurrency: 20 } } },
  http: {
    add: HttpAccess.jwt({ issuer: 'https://id.example', audience: ['shop'] }),
    operate: HttpAccess.iam(),
    cors: { origins: ['https://www.example.com'] },
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
