import type { Duration, Size } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ILayerVersion, ProvisionedPollerConfig, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BundlingOptions } from '../bundling/bundling-options.ts';
import type { LogLevel } from '../telemetry/telemetry-options.ts';

/** Settings of one function, by the names that CDK has for them. docs/deploying.md has the defaults of each function. */
export interface FunctionOptions {
  /** MB: 128 to 10,240. CPU comes in proportion. Default 512; 256 for the timer and the ticker. */
  readonly memorySize?: number;
  /**
   * How long an invocation may take: as long as the default, or longer, up to 15 minutes. The function's queue hides
   * messages accordingly. Of a consumer the default is its definition's `timeout` and 30 s.
   */
  readonly timeout?: Duration;
  /** Node.js 22 or newer, for which the function is bundled. Default `Runtime.NODEJS_24_X`. */
  readonly runtime?: Runtime;
  /** Set besides the deployment's own; those cannot be set. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Up to five layers for the functions' processor (`architecture`) and this function's runtime. Default: none. */
  readonly layers?: readonly ILayerVersion[];
  /** The size of `/tmp`: 512 MiB to 10,240 MiB. Default 512 MiB. */
  readonly ephemeralStorageSize?: Size;
  /**
   * Invocations at a time that Lambda keeps for this function, and the most that it runs: 1 or more, and 2 or more where
   * it reads a queue. Lambda then takes no more messages of the queue at once. Default: the account's, shared with others.
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * Processes that Lambda keeps warm, by an alias `live` that queues and the HTTP API invoke. Lambda bills them by the
   * hour. Who invokes the function by its name has to add `:live` to get one. Default: none, and no alias.
   */
  readonly provisionedConcurrentExecutions?: number;
  /**
   * Runs the function in a VPC, from where it has to reach DynamoDB and SQS, and EventBridge for `events`: by their
   * endpoints, or a NAT gateway. It gets the rights that this takes. Default: in none.
   */
  readonly vpc?: IVpc;
  /** Default: the VPC's private subnets. */
  readonly vpcSubnets?: SubnetSelection;
  /** Default: one of its own. */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** How long its log is kept. Default: the deployment's `logRetention`. */
  readonly logRetention?: RetentionDays;
  /**
   * The log group's class. It cannot be changed later. `INFREQUENT_ACCESS` costs half and has no metrics, so that it
   * wants `metrics: false`. Default `STANDARD`.
   */
  readonly logGroupClass?: LogGroupClass;
  /** What it logs at the least. Default: the deployment's `logLevel`. */
  readonly logLevel?: LogLevel;
}

/** Settings of a function that runs your code: besides, how it is bundled. */
export interface HandlerFunctionOptions extends FunctionOptions {
  /** How this function is bundled, where it differs from the deployment's `bundling`: what both have is joined. */
  readonly bundling?: BundlingOptions;
}

/** Settings of a batch's or a pool's consumer: besides, how Lambda reads its queue. */
export interface ConsumerOptions extends HandlerFunctionOptions {
  readonly eventSource?: EventSourceOptions;
}

/** How Lambda reads a consumer's queue. A message is a batch, and waits for no other: what is not here has one value. */
export interface EventSourceOptions {
  /**
   * Batches that Lambda runs at once: 2 to 1,000. It costs no requests of the table, as the definition's `concurrency` does,
   * and knows nothing of batches that run elsewhere. Not with `concurrency`, which sets it. Default: no bound.
   */
  readonly maxConcurrency?: number;
  /**
   * Pollers that Lambda keeps for this queue alone, so that a surge is taken up at once: `minimumPollers` 2 to 200 (default
   * 2), `maximumPollers` 2 to 2,000 (default 200), each for ten batches at a time. Lambda bills them by the hour. Not with
   * a bound (`concurrency`, `maxConcurrency`): Lambda takes the one or the other. Default: none.
   */
  readonly provisionedPollerConfig?: Pick<ProvisionedPollerConfig, 'minimumPollers' | 'maximumPollers'>;
}

/** The functions that all batches share, and which settings each may have. */
export interface SharedFunctionsOptions {
  /** Takes items, over HTTP and by invocation. */
  readonly ingest?: FunctionOptions;
  /** Answers what operators ask over HTTP. */
  readonly adminHttp?: FunctionOptions;
  /** The operators' functions that are invoked, one for each action: these are for all of them. */
  readonly admin?: FunctionOptions;
  /** Seals windows at their deadlines. */
  readonly timer?: FunctionOptions;
  /** Puts right what nobody else did. */
  readonly ticker?: FunctionOptions;
  /** Calls `onDead`, for all batches. */
  readonly deadLetter?: HandlerFunctionOptions;
}
