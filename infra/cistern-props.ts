import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { BundlingOptions } from './bundling/bundling-options.ts';
import type { TickerOptions } from './environment/ticker-environment.ts';
import type { MonitoringOptions } from './monitoring/monitoring-options.ts';
import type { ConsumerOptions, FunctionOptions, SharedFunctionsOptions } from './options/function-options.ts';
import type { HttpAccess } from './options/http-access.ts';
import type { TableOptions } from './options/table-options.ts';
import type { TelemetryOptions } from './telemetry/telemetry-options.ts';

/** The settings of a deployment, besides its definitions. */
export interface DeploymentOptions extends TelemetryOptions, MonitoringOptions {
  /**
   * The deployment's name, which its table, queues and functions begin with: 3 to 24 letters, digits and hyphens,
   * beginning with a letter, without `-on`, `-jobs`, `-dead` or `-pool` at its end or before another hyphen. It has to be unique
   * in an account and region, and cannot be changed later: another name is another deployment, which does not see the
   * items of this one. Default `cistern`.
   */
  readonly deployment?: string;
  /**
   * The EventBridge bus, or its name, in this account and region, for definitions with `events: true`. Default: the
   * account's.
   */
  readonly eventBus?: string | IEventBus;
  /**
   * What happens to the table, and to all items in it, when it is no longer part of the stack. Default
   * `RemovalPolicy.RETAIN`: it stays, and is protected against deletion. With `DESTROY` the items are deleted with it.
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * The key that encrypts the table and the queues. KMS bills by the request. The policy of an imported key cannot be
   * changed from here: it has to leave the decision to IAM, as a key's default policy does. A table that outlives its
   * stack can be read only while its key exists, so keep the key too. Default: keys of DynamoDB and SQS, which cost nothing.
   */
  readonly encryptionKey?: IKey;
  /**
   * Principals of other accounts whose processes may add by themselves: the policies of the table, of the queues and of a
   * `Key` of this app let them in. In their own account they need `Cistern.fromDeployment` and its `grantProduce`. They may
   * change every record whose key they know. Default: none.
   */
  readonly producers?: readonly IPrincipal[];
  /**
   * The processor of all functions that have no `architecture` of their own. Packages with native addons and layers have to
   * be for it. Default `Architecture.ARM_64`, which costs less.
   */
  readonly architecture?: Architecture;
  /** How long the functions' and the HTTP API's logs are kept. Default a month. */
  readonly logRetention?: RetentionDays;
  /** Settings of the table. Default: backups for 35 days, and protected against deletion. */
  readonly table?: TableOptions;
  /** Settings of all functions. A function's own settings override them. Environment variables are joined. Default: none. */
  readonly functionDefaults?: FunctionDefaults;
  /** Settings of the functions that all batches share. Default: `functionDefaults`. */
  readonly functions?: SharedFunctionsOptions;
  /** Settings of consumers' functions, by the names of their batches. Default: `functionDefaults`. */
  readonly consumers?: Readonly<Record<string, ConsumerOptions>>;
  /**
   * Settings of the functions that definitions with `pool` share, by the names of the pools. The timeout of a pool's
   * function is that of its longest definition. Default: `functionDefaults`.
   */
  readonly pools?: Readonly<Record<string, ConsumerOptions>>;
  /**
   * How the functions are bundled, with the options of CDK's `NodejsFunction`: `nodeModules` are installed for the
   * functions' platform, `externalModules` are left to a layer, `loader`, `define`, `commandHooks` … It applies to all
   * functions, since all of them load the definitions (docs/bundling.md). `false` is for tests of a stack: the functions
   * have no code, so that a synthesis is fast. Do not deploy such a stack. Default: minified, with source maps.
   */
  readonly bundling?: BundlingOptions | false;
  /** Who may call the HTTP API, how often, and by which name. Default: signed by IAM, API Gateway's own name. */
  readonly http?: HttpOptions;
  /** Settings of the ticker, which flushes due windows and repairs what a crash left. The defaults suit most deployments. */
  readonly ticker?: TickerOptions;
}

/**
 * The settings that may be set for all functions at once. Timeout and concurrency are set for each function. The
 * deployment's `architecture` is the default for all.
 */
export type FunctionDefaults = Omit<
  FunctionOptions,
  'architecture' | 'timeout' | 'reservedConcurrentExecutions' | 'provisionedConcurrentExecutions'
>;

/** Pages of other origins that may call the HTTP API. */
export interface CorsOptions {
  /**
   * Origins of pages, one or more: `https://www.example.com`, without a path; `https://*`, or `*` for all. A wildcard
   * cannot stand for a part of a name.
   */
  readonly origins: readonly string[];
  /**
   * Request headers that pages may send besides `content-type`, `authorization` and those of signed requests. Default:
   * none.
   */
  readonly headers?: readonly string[];
  /** How long browsers may keep the answer to a preflight request: up to a day. Default an hour. */
  readonly maxAge?: Duration;
}

/** Who may call the HTTP API, how often, and by which name. */
export interface HttpOptions {
  /** Who may add items. Default `HttpAccess.iam()`. */
  readonly add?: HttpAccess;
  /**
   * Who may operate: see batches, jobs and items, and flush, pause, redrive and purge. `false` leaves these routes out of
   * the API; the operators' functions can still be invoked (`grantAdmin`). Default `HttpAccess.iam()`.
   */
  readonly operate?: HttpAccess | false;
  /**
   * The web pages that may call the API from a browser. API Gateway answers their preflight requests itself, without a
   * function and without an authorizer. `add` and `operate` decide what a page may do. Default: none.
   */
  readonly cors?: CorsOptions;
  /** How many requests a second the API accepts on average. It answers others with 429. Default 1,000. */
  readonly rateLimit?: number;
  /** How many requests the API accepts at once. Default 2,000. */
  readonly burstLimit?: number;
  /**
   * Whether API Gateway logs each request: its caller, its route and its answer's status. It costs about $0.20 for a
   * million requests. API Gateway logs all requests or none. Default `false`.
   */
  readonly accessLog?: boolean;
  /** A name of your own. Point it at `api.domainTarget` (an alias record in Route 53). Default: API Gateway's. */
  readonly domain?: { readonly name: string; readonly certificate: ICertificate };
}
