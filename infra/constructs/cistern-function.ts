import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { SETTINGS_VARIABLES, type Settings } from '#lib/deployment/settings';
import type { FunctionTopology } from '#lib/topology';
import type { CodeDirectories } from '../bundle.ts';

/** The newest that CDK knows for Lambda; written out, so that an upgrade of CDK changes no function by itself. */
const NODE_RUNTIME: Runtime = Runtime.NODEJS_24_X;

/** What all functions of a deployment have in common. */
export interface Shared {
  readonly settings: Pick<Settings, 'deployment' | 'queueUrlBase' | 'eventBus'>;
  readonly code: CodeDirectories;
}

export interface CisternFunctionProps extends Shared {
  readonly topology: FunctionTopology;
  /** What it may do, besides writing its log. */
  readonly statements: readonly PolicyStatement[];
  /**
   * Whether it may be part of a loop through queues. Lambda takes a function that is invoked by its own messages
   * for a mistake, and stops it after about 16 turns, unless told that it is none. Default false.
   */
  readonly mayLoop?: boolean;
}

/** One Lambda function with its role and its log. */
export class CisternFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: CisternFunctionProps) {
    super(scope, id);
    const { topology, code, settings, statements, mayLoop = false } = props;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${topology.name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: topology.name,
      runtime: NODE_RUNTIME,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(code[topology.entry]),
      memorySize: topology.memoryMb,
      timeout: Duration.seconds(topology.timeoutSeconds),
      recursiveLoop: mayLoop ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      logGroup,
      role: this.#role([...statements, writeLog(logGroup)]),
      environment: {
        ...topology.environment,
        [SETTINGS_VARIABLES.deployment]: settings.deployment,
        [SETTINGS_VARIABLES.queueUrlBase]: settings.queueUrlBase,
        ...(settings.eventBus !== undefined && { [SETTINGS_VARIABLES.eventBus]: settings.eventBus }),
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }

  /**
   * The function's own role. Its rights are part of the role and no policy beside it: Lambda checks them when it
   * connects a queue, which must not happen before they are there.
   */
  #role(statements: PolicyStatement[]): Role {
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { rights: new PolicyDocument({ statements }) },
    });
  }
}

/** In place of Lambda's managed policy, which lets a function write into every log of the account. */
const writeLog = (logGroup: LogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
