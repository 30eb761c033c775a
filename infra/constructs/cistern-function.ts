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

/** The functions' runtime. It is fixed here, so that an upgrade of CDK alone does not change it. */
const NODE_RUNTIME: Runtime = Runtime.NODEJS_24_X;

/** The settings of a function, besides those in the topology. */
export interface FunctionOptions extends Omit<HandlerFunctionOptions, 'bundling'> {
  readonly code: CodeDirectories;
  /** The function's processor. Default arm64. */
  readonly architecture: Architecture | undefined;
  /** How long its log is kept. Default a month. */
  readonly logRetention: RetentionDays | undefined;
  /** The lowest level that is logged. Default `INFO`. `DEBUG` adds Lambda's own lines of each invocation. */
  readonly logLevel: LogLevel | undefined;
  /** The key of the table and the queues, if there is one. */
  readonly encryptionKey: IKey | undefined;
  readonly tracing: Tracing | undefined;
  /**
   * Whether the function may be part of a loop through queues. By default Lambda stops a function that is invoked by its
   * own messages after about 16 turns, since it takes the loop for a mistake. Default `false`.
   */
  readonly mayLoop?: boolean;
}

export interface CisternFunctionProps extends FunctionOptions {
  readonly topology: FunctionTopology;
  /** The function's rights, besides writing its log. */
  readonly statements: readonly PolicyStatement[];
}

/** A Lambda function with its role and its log. */
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
      // Above INFO, Lambda would drop embedded metrics, which have no level. The function's logger applies higher levels.
      applicationLogLevelV2: isDebug ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      // no line for each successful invocation: such lines would cost more than an add's own
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
   * Makes the function's own role. Its rights are inline, not in a separate policy. Lambda checks them when it connects a
   * queue, and a separate policy might not exist by then.
   */
  #role(statements: PolicyStatement[]): Role {
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { rights: new PolicyDocument({ statements }) },
    });
  }
}

/** Replaces Lambda's managed policy, which would let a function write to each log of the account. */
const writeLog = (logGroup: LogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
