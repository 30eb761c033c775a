import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CodeDirectories } from '../bundling/function-code.ts';
import type { FunctionSettings } from '../options/function-settings.ts';
import { joinNetwork, sendSpans, useKey } from '../rights/function-rights.ts';
import { telemetryLevel } from '../telemetry/telemetry-environment.ts';
import type { LogLevel } from '../telemetry/telemetry-options.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { acknowledgeNetwork } from './acknowledge-rules.ts';

/** The default runtime. It is fixed here, so that an upgrade of CDK alone does not change it. `FUNCTIONS_NODE` is the same. */
const NODE_RUNTIME: Runtime = Runtime.NODEJS_24_X;
/** Invoked where processes are kept warm: these are of a version, which `$LATEST` is not. */
const ALIAS = 'live';

/** The code of a function that is not bundled. If it is deployed, its error says why it fails. */
const NOT_BUNDLED =
  "throw new Error('This function was not bundled: the construct has bundling: false, which is for tests.');";

/** The settings that all functions of a deployment share. */
export interface SharedSettings {
  /** The functions' code. Undefined: they have none, in a test that deploys nothing. */
  readonly code: CodeDirectories | undefined;
  /** The processor of functions that have none of their own. Default arm64. */
  readonly architecture: Architecture | undefined;
  /** How long its log is kept. Default a month. */
  readonly logRetention: RetentionDays | undefined;
  /** The lowest level that is logged. Default `INFO`. `DEBUG` adds Lambda's own lines of each invocation. */
  readonly logLevel: LogLevel | undefined;
  /** The key of the table and the queues, if there is one. */
  readonly encryptionKey: IKey | undefined;
  readonly tracing: Tracing | undefined;
  /** The deployment's own variables. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface CisternFunctionProps extends FunctionSettings {
  readonly shared: SharedSettings;
  /** What it may do, besides writing its log. */
  readonly statements: readonly PolicyStatement[];
  /** Its own variables, besides those of the topology. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Whether the function may be part of a loop through queues. By default Lambda stops a function that is invoked by its
   * own messages after about 16 turns, since it takes the loop for a mistake. Default `false`.
   */
  readonly mayLoop?: boolean;
}

/** A Lambda function with its role and its log. */
export class CisternFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** What queues, the API and the schedule invoke: the function, or its alias where processes are kept warm. */
  readonly target: IFunction;

  constructor(scope: Construct, id: string, props: CisternFunctionProps) {
    super(scope, id);
    const { topology, shared, statements, options, mayLoop = false } = props;
    const { encryptionKey, tracing } = shared;
    const { architecture = shared.architecture ?? Architecture.ARM_64 } = options;
    const { runtime = NODE_RUNTIME, layers, vpc, vpcSubnets, securityGroups, ephemeralStorageSize } = options;
    const { logLevel = shared.logLevel, reservedConcurrentExecutions } = options;
    const isDebug = logLevel === 'DEBUG';
    this.logGroup = this.#log(props);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: topology.name,
      runtime,
      architecture,
      handler: 'index.handler',
      code: shared.code ? Code.fromAsset(shared.code[topology.entry]) : Code.fromInline(NOT_BUNDLED),
      memorySize: topology.memoryMb,
      timeout: Duration.seconds(topology.timeoutSeconds),
      recursiveLoop: mayLoop ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      logGroup: this.logGroup,
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
        writeLog(this.logGroup),
      ]),
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        ...options.environment,
        ...props.environment,
        ...shared.environment,
        ...telemetryLevel(options.logLevel),
        ...topology.environment,
      },
      ...(layers && { layers: [...layers] }),
      ...(vpc && { vpc }),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups: [...securityGroups] }),
      ...(ephemeralStorageSize && { ephemeralStorageSize }),
      ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
    });
    this.target = this.#target(options.provisionedConcurrentExecutions);
    if (vpc) acknowledgeNetwork(this);
  }

  #log({ topology, shared, options }: CisternFunctionProps): LogGroup {
    const { logRetention = shared.logRetention ?? RetentionDays.ONE_MONTH, logGroupClass } = options;
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${topology.name}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(logGroupClass && { logGroupClass }),
    });
  }

  #target(provisionedConcurrentExecutions: number | undefined): IFunction {
    if (provisionedConcurrentExecutions === undefined) return this.function;
    // CDK's own types do not hold where optional properties are exact
    const version = this.function.currentVersion as IVersion;
    return new Alias(this, 'Alias', {
      aliasName: ALIAS,
      version,
      provisionedConcurrentExecutions,
    }) as IFunction;
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
