import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionTopology } from '#lib/topology';
import type { CodeDirectories } from '../bundling/function-code.ts';
import type { HandlerFunctionOptions } from '../cistern-props.ts';
import { joinNetwork, sendSpans, useKey } from '../rights/function-rights.ts';
import type { LogLevel } from '../telemetry/telemetry-options.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { acknowledgeNetwork } from './acknowledge-rules.ts';

/** The newest that CDK knows for Lambda; written out, so that an upgrade of CDK changes no function by itself. */
const NODE_RUNTIME: Runtime = Runtime.NODEJS_24_X;

/** What a function may be given, besides what the topology says of it. */
export interface FunctionOptions extends Omit<HandlerFunctionOptions, 'bundling'> {
  readonly code: CodeDirectories;
  /** Default arm64. */
  readonly architecture: Architecture | undefined;
  /** Default a month. */
  readonly logRetention: RetentionDays | undefined;
  /** Default `INFO`. With `DEBUG`, Lambda's own lines of each invocation are logged, too. */
  readonly logLevel: LogLevel | undefined;
  /** The key, if any, by which the table and the queues are encrypted. */
  readonly encryptionKey: IKey | undefined;
  readonly tracing: Tracing | undefined;
  /**
   * Whether it may be part of a loop through queues. Lambda takes a function that is invoked by its own messages
   * for a mistake, and stops it after about 16 turns, unless told that it is none. Default false.
   */
  readonly mayLoop?: boolean;
}

export interface CisternFunctionProps extends FunctionOptions {
  readonly topology: FunctionTopology;
  /** What it may do, besides writing its log. */
  readonly statements: readonly PolicyStatement[];
}

/** One Lambda function with its role and its log. */
export class CisternFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: CisternFunctionProps) {
    super(scope, id);
    const {
      topology,
      code,
      statements,
      logRetention,
      logLevel,
      encryptionKey,
      tracing,
      mayLoop = false,
    } = props;
    const { architecture = Architecture.ARM_64 } = props;
    const { memorySize = topology.memoryMb, environment, layers, vpc, vpcSubnets, securityGroups } = props;
    const isDebug = logLevel === 'DEBUG';
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${topology.name}`,
      retention: logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: topology.name,
      runtime: NODE_RUNTIME,
      architecture,
      handler: 'index.handler',
      code: Code.fromAsset(code[topology.entry]),
      memorySize,
      timeout: Duration.seconds(topology.timeoutSeconds),
      recursiveLoop: mayLoop ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda drops an embedded metric, which has no level, above INFO; the function leaves out less than it is told to
      applicationLogLevelV2: isDebug ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      // no line for each invocation that goes well: they cost more than an add's own
      systemLogLevelV2: isDebug ? SystemLogLevel.INFO : SystemLogLevel.WARN,
      role: this.#role([
        ...statements,
        ...useKey(encryptionKey?.keyArn),
        ...sendSpans(tracing?.toXRay),
        ...joinNetwork(vpc !== undefined),
        writeLog(logGroup),
      ]),
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment, ...topology.environment },
      ...(layers && { layers: [...layers] }),
      ...(vpc && { vpc }),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups: [...securityGroups] }),
    });
    if (vpc) acknowledgeNetwork(this);
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
