import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { Architecture, ILayerVersion, ProvisionedPollerConfig, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Duration, Size } from 'aws-cdk-lib/core';
import type { BundlingOptions } from '../bundling/bundling-options.ts';
import type { LogLevel } from '../telemetry/telemetry-options.ts';

/** Settings of one function, with CDK's names. docs/deploying.md has the defaults of each function. */
export interface FunctionOptions {
  /** MB: 128 to 10,240. CPU comes in proportion. Default 512; 384 for ingest, 256 for the timer and the ticker. */
  readonly memorySize?: number;
  /**
   * How long an invocation may take: at least the default, and at most 15 minutes. The visibility timeout of the function's
   * queue follows it. A consumer's default is its definition's `timeout` plus 30 s.
   */
  readonly timeout?: Duration;
  /**
   * The processor that the function runs on. Its packages with native addons and its layers have to be for this processor.
   * Default: the deployment's `architecture`.
   */
  readonly architecture?: Architecture;
  /** Node.js 22 or newer, for which the function is bundled. Default `Runtime.NODEJS_24_X`. */
  readonly runtime?: Runtime;
  /** Environment variables besides the deployment's own, which cannot be set. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Up to five layers for this function's processor and runtime. Default: none. */
  readonly layers?: readonly ILayerVersion[];
  /** The size of `/tmp`: 512 MiB to 10,240 MiB. Default 512 MiB. */
  readonly ephemeralStorageSize?: Size;
  /**
   * How many invocations at a time Lambda reserves for this function, which is also the most that it runs: 1 or more, and 2
   * or more if it reads a queue. Lambda then takes no more messages of the queue at once. Default: the account's
   * concurrency, shared with other functions.
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * How many processes Lambda keeps warm, by an alias `live` that queues and the HTTP API invoke. Lambda bills them by the
   * hour. To get one in a direct invocation, add `:live` to the function's name. Default: none, and no alias.
   */
  readonly provisionedConcurrentExecutions?: number;
  /**
   * The VPC that the function runs in. From there it has to reach DynamoDB and SQS, and EventBridge for `events`, by their
   * endpoints or a NAT gateway. It gets the rights that it needs for this. Default: no VPC.
   */
  readonly vpc?: IVpc;
  /** Its subnets. Default: the VPC's private subnets. */
  readonly vpcSubnets?: SubnetSelection;
  /** Its security groups. Default: one of its own. */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** How long its log is kept. Default: the deployment's `logRetention`. */
  readonly logRetention?: RetentionDays;
  /**
   * The log group's class. It cannot be changed later. `INFREQUENT_ACCESS` costs half and has no metrics, so it needs
   * `metrics: false`. Default `STANDARD`.
   */
  readonly logGroupClass?: LogGroupClass;
  /** The lowest level that it logs. Default: the deployment's `logLevel`. */
  readonly logLevel?: LogLevel;
}

/** Settings of a function that runs your code, with its bundling. */
export interface HandlerFunctionOptions extends FunctionOptions {
  /** Options for bundling this function, joined with the deployment's `bundling`. Default: none. */
  readonly bundling?: BundlingOptions;
}

/** Settings of a batch's or a pool's consumer, with those of its queue's event source mapping. */
export interface ConsumerOptions extends HandlerFunctionOptions {
  /** How Lambda reads its queue. Default: no bound but the definition's `concurrency`, and no pollers of its own. */
  readonly eventSource?: EventSourceOptions;
}

/** How Lambda reads a consumer's queue. Other settings are fixed: a message is a batch, and does not wait for others. */
export interface EventSourceOptions {
  /**
   * How many batches Lambda runs at once: 2 to 1,000. Other than the definition's `concurrency`, it costs no requests to the
   * table, and does not count batches that run elsewhere. It cannot be set with `concurrency`, which sets it. Default: no
   * bound.
   */
  readonly maxConcurrency?: number;
  /**
   * Pollers that Lambda keeps for this queue alone, so that a surge is processed at once: `minimumPollers` 2 to 200 (default
   * 2), `maximumPollers` 2 to 2,000 (default 200), each for ten batches at a time. Lambda bills them by the hour. They cannot
   * be combined with a bound (`concurrency`, `maxConcurrency`), since Lambda allows only one of both. Default: none.
   */
  readonly provisionedPollerConfig?: Pick<ProvisionedPollerConfig, 'minimumPollers' | 'maximumPollers'>;
}

/** Settings of the functions that all batches share. The default of each: `functionDefaults`. */
export interface SharedFunctionsOptions {
  /** The function that takes items, over HTTP and by invocation. */
  readonly ingest?: FunctionOptions;
  /** The function that answers operators over HTTP. */
  readonly adminHttp?: FunctionOptions;
  /** All operators' functions for direct invocation, one for each action. */
  readonly admin?: FunctionOptions;
  /** The function that seals windows at their deadlines. */
  readonly timer?: FunctionOptions;
  /** The ticker, which flushes due windows and repairs what a crash left. */
  readonly ticker?: FunctionOptions;
  /** The function that calls `onDead`, for all batches. */
  readonly deadLetter?: HandlerFunctionOptions;
}
