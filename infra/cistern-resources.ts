import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { UnknownBatchError } from '#lib/errors';
import { ADMIN_ACTIONS, type AdminAction, type SharedFunction, topology } from '#lib/topology';
import type { CodeDirectories } from './bundling/function-code.ts';
import type { DeploymentOptions } from './cistern-props.ts';
import { acknowledgeRules } from './constructs/acknowledge-rules.ts';
import { BufferTable } from './constructs/buffer-table.ts';
import { deploymentFunctions } from './constructs/deployment-functions.ts';
import { deploymentQueues } from './constructs/deployment-queues.ts';
import { HttpApi } from './constructs/http-api.ts';
import { TickerSchedule } from './constructs/ticker-schedule.ts';
import { busName } from './environment/bus-name.ts';
import { producerEnvironment } from './environment/producer-environment.ts';
import { tickerEnvironment } from './environment/ticker-environment.ts';
import type { ICistern } from './i-cistern.ts';
import { Measured } from './monitoring/measured.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { ACTIONS, BATCHES, OPERATE_RIGHTS } from './options/argument-schemas.ts';
import { assertOnlyOne } from './options/assert-only-one.ts';
import { checkGiven } from './options/check-given.ts';
import { checkOptions } from './options/check-options.ts';
import { consumerSettings } from './options/consumer-settings.ts';
import { functionSettings } from './options/function-settings.ts';
import { refuseSetting } from './options/refuse-setting.ts';
import type { StackDefinition } from './options/stack-definition.ts';
import { definitionReach } from './rights/definition-reach.ts';
import * as rights from './rights/function-rights.ts';
import { assertOwnAccount, assertSigned, grant } from './rights/grant.ts';
import { letUseKey, tablePolicy } from './rights/producer-policies.ts';
import { addRouteRights, type OperateRights, operateRouteRights } from './rights/route-rights.ts';
import { tableArns } from './rights/table-arns.ts';
import { warnOfOldNode } from './rights/warn-of-old-node.ts';
import { telemetryEnvironment } from './telemetry/telemetry-environment.ts';

export interface CisternResourcesProps extends DeploymentOptions {
  readonly definitions: readonly StackDefinition[];
  /** The functions' code, as `bundleFunctions` has written it. Undefined: none, for a test that deploys nothing. */
  readonly code: CodeDirectories | undefined;
}

/** The function and the queue of a batch, or of all batches of a pool. */
export interface Consumer {
  /** The function. Give it the rights and the environment variables that the handlers need. */
  readonly function: LambdaFunction;
  /** The queue of its jobs. */
  readonly jobs: Queue;
}

const DEPLOYMENT = 'cistern';
/** What to do for somebody of another account. */
const FROM_ANOTHER_ACCOUNT = {
  produce: 'For another one, name it in producers, and grant there, by Cistern.fromDeployment',
  call: 'An HTTP API lets in no role of another one: have it assume a role of this one, or use tokens',
};

/** Makes all resources of a deployment, by the topology. */
export class CisternResources extends Measured implements ICistern {
  /** The deployment's name. */
  readonly deployment: string;
  /** The HTTP API: its endpoint, its stage, its access log. */
  readonly api: HttpApi;
  /** The functions that all batches share. `deadLetter` calls `onDead`: give it the rights that `onDead` needs. */
  readonly functions: Readonly<Record<SharedFunction, LambdaFunction>>;
  /** The one table: buffers, windows, jobs and the ticker's lease. */
  readonly table: TableV2;
  /** The queue with a delayed message for each window, which arrives at the window's deadline. */
  readonly timerQueue: Queue;
  /** The queue of messages that SQS has given up, of all job queues, and of jobs whose `onDead` is owed. */
  readonly deadQueue: Queue;
  /** All queues: these two, and those of the consumers (`consumer(…).jobs`). */
  readonly queues: readonly Queue[];
  /** The logs of all functions, and the HTTP API's access log if there is one. Of one function: its `logGroup`. */
  readonly logGroups: readonly LogGroup[];
  /** The environment variables that your own functions need to add items. */
  readonly producerEnvironment: Readonly<Record<string, string>>;
  readonly #consumers = new Map<string, Consumer>();
  readonly #names: readonly string[];
  readonly #reach: rights.Reach;
  readonly #encryptionKey: IKey | undefined;
  readonly #alarms: ReadonlyMap<string, Alarm>;

  /**
   * @throws SettingsError `settings.invalid`, also for settings of an unknown pool; UnknownBatchError for settings of an
   *   unknown consumer
   */
  constructor(scope: Construct, id: string, props: CisternResourcesProps) {
    super(scope, id);
    const { definitions, code, ...options } = props;
    checkOptions(options);
    const { deployment = DEPLOYMENT, encryptionKey, architecture, logRetention, tracing } = options;
    const { producers = [] } = options;
    const eventBus = busName(this, options.eventBus);
    this.#names = definitions.map(({ name }) => name);
    this.#encryptionKey = encryptionKey;
    const made = topology(deployment, definitions);
    const settings = functionSettings(made, options, consumerSettings(definitions, props));

    this.deployment = deployment;
    assertOnlyOne(this, CisternResources);
    this.producerEnvironment = producerEnvironment(this, { deployment, eventBus });
    const buffers = new BufferTable(this, 'Buffers', { ...props, topology: made.table });
    this.table = buffers.table;
    const queues = deploymentQueues(this, {
      deployment,
      functions: settings,
      definitions,
      encryptionKey,
      producers,
    });
    this.timerQueue = queues.timer;
    this.deadQueue = queues.dead;
    this.queues = [queues.timer, queues.dead, ...queues.owned.map(({ jobs }) => jobs)];
    acknowledgeRules(this, { deployment, timerQueue: queues.timer, tracing });
    this.#reach = {
      buffers,
      timerQueue: queues.timer.queueArn,
      jobQueues: queues.jobArns,
      deadQueue: queues.dead.queueArn,
      ...definitionReach(this, definitions, eventBus),
    };
    if (producers.length > 0) this.#letIn(producers);

    const { shared, consumers } = deploymentFunctions(this, {
      settings,
      shared: {
        environment: { ...this.producerEnvironment, ...telemetryEnvironment(props) },
        code,
        architecture,
        logRetention,
        logLevel: props.logLevel,
        encryptionKey,
        tracing,
      },
      queues,
      reach: this.#reach,
      eventBus,
      tickerEnvironment: tickerEnvironment(props.ticker ?? {}),
    });
    this.functions = Object.fromEntries(
      Object.entries(shared).map(([name, each]) => [name, each.function]),
    ) as Record<SharedFunction, LambdaFunction>;
    for (const { definitions: those, made: own, jobs } of consumers) {
      for (const { name } of those) this.#consumers.set(name, { function: own.function, jobs });
    }

    this.api = new HttpApi(this, 'Http', {
      ...props.http,
      name: deployment,
      ingest: shared.ingest.target,
      admin: shared.adminHttp.target,
      logRetention,
    });
    this.logGroups = [
      ...[...Object.values(shared), ...consumers.map(({ made: own }) => own)].map(({ logGroup }) => logGroup),
      ...(this.api.accessLog ? [this.api.accessLog] : []),
    ];
    new TickerSchedule(this, 'Schedule', { ticker: shared.ticker.target });
    const monitoring = new Monitoring(this, 'Monitoring', {
      ...props,
      metrics: props.metrics ?? true,
      deployment,
      functions: this.functions,
      consumers: consumers.map(({ made: own }) => own.function),
      api: this.api,
      buffers,
      deadQueue: queues.dead,
      deadLetterRetrySeconds: settings.deadLetter.queue.visibilityTimeoutSeconds,
      owned: queues.owned,
    });
    this.#alarms = monitoring.alarms;
  }

  /**
   * Returns the function and the queue of a batch. Batches of one pool share them.
   *
   * @throws UnknownBatchError
   * @example
   * warehouse.grantWriteData(cistern.consumer('analytics').function);
   * cistern.consumer('analytics').function.addEnvironment('WAREHOUSE', warehouse.tableName);
   */
  consumer(batch: string): Consumer {
    checkGiven(BATCHES, [batch], 'batches');
    const consumer = this.#consumers.get(batch);
    if (consumer) return consumer;
    throw new UnknownBatchError(batch, [...this.#consumers.keys()]);
  }

  /** All alarms, for example for a composite alarm. There are none with `alarms: false`. */
  get alarms(): readonly Alarm[] {
    return [...this.#alarms.values()];
  }

  /**
   * Returns an alarm by its name, without the deployment's: `ticker`, `orders/dead-batches`.
   *
   * @throws SettingsError `settings.invalid` for an unknown alarm
   * @example
   * new CompositeAlarm(this, 'Down', {
   *   alarmRule: AlarmRule.anyOf(cistern.alarm('ticker'), cistern.alarm('ingest-errors')),
   * });
   */
  alarm(name: string): Alarm {
    const names = [...this.#alarms.keys()].join(', ') || 'none, alarms is false';
    return (
      this.#alarms.get(name) ?? refuseSetting('alarm', `the name of an alarm that there is (${names})`, name)
    );
  }

  /** The names of all batches. */
  get batches(): readonly string[] {
    return this.#names;
  }

  /**
   * Lets a principal add items from its own process, which needs the variables of `producerEnvironment`. All batches share
   * one table, so naming batches limits only the queues that it may send to.
   *
   * @param batches default: all
   * @throws UnknownBatchError; SettingsError `settings.invalid` for a principal of another account (`producers`)
   */
  grantProduce(grantee: IGrantable, ...batches: readonly string[]): Grant {
    assertOwnAccount(this, grantee, FROM_ANOTHER_ACCOUNT.produce);
    warnOfOldNode(grantee);
    const own = batches.map(batch => this.consumer(batch).jobs.queueArn);
    const jobQueues = batches.length === 0 ? this.#reach.jobQueues : [...new Set(own)];
    const statements = rights.ingestRights({ ...this.#reach, jobQueues });
    return grant(grantee, [...statements, ...rights.useKey(this.#encryptionKey?.keyArn)]);
  }

  /**
   * Lets a principal add items over HTTP, by signed requests, to these batches only, and call `/health`.
   *
   * @param batches default: all
   * @throws UnknownBatchError; SettingsError `settings.invalid` if `http.add` is not `HttpAccess.iam()`, and for a principal
   *   of another account
   * @example cistern.grantAdd(website, 'clicks');
   */
  grantAdd(grantee: IGrantable, ...batches: readonly string[]): Grant {
    assertSigned('http.add', this.api.add);
    assertOwnAccount(this, grantee, FROM_ANOTHER_ACCOUNT.call);
    for (const batch of batches) this.consumer(batch);
    return grant(grantee, addRouteRights(this, this.api.httpApi, batches));
  }

  /**
   * Lets a principal operate over HTTP, by signed requests, as the command line and the dashboard do.
   *
   * @param rights the batches and operations that are allowed; default: all
   * @throws UnknownBatchError; SettingsError `settings.invalid` for an unknown operation, and if `http.operate` is not
   *   `HttpAccess.iam()`
   * @example
   * cistern.grantOperate(oncall);
   * cistern.grantOperate(clickTeam, { batches: ['clicks'] });
   * cistern.grantOperate(pipeline, { operations: ['pause', 'resume'] });
   */
  grantOperate(grantee: IGrantable, rights: OperateRights = {}): Grant {
    checkGiven(OPERATE_RIGHTS, rights, 'rights');
    assertSigned('http.operate', this.api.operate);
    assertOwnAccount(this, grantee, FROM_ANOTHER_ACCOUNT.call);
    for (const batch of rights.batches ?? []) this.consumer(batch);
    return grant(grantee, operateRouteRights(this, this.api.httpApi, rights, this.#names));
  }

  /**
   * Lets a principal invoke operators' functions directly. For requests over HTTP use `grantOperate`. The right is for the
   * functions as they are deployed, without other versions.
   *
   * @param actions default: all
   * @throws SettingsError `settings.invalid` for an action that there is not
   */
  grantAdmin(grantee: IGrantable, ...actions: readonly AdminAction[]): Grant {
    checkGiven(ACTIONS, actions, 'actions');
    const functions = (actions.length === 0 ? ADMIN_ACTIONS : actions).map(action => this.functions[action]);
    return functions
      .map(target => target.grantInvokeLatestVersion(grantee))
      .reduce((all, each) => all.combine(each));
  }

  /** Has the table's and the key's own policies let principals of other accounts in. The queues' policy does already. */
  #letIn(producers: readonly IPrincipal[]): void {
    // by its name: a policy that refers to its own table would be a circle
    const buffers = tableArns(this, this.deployment);
    for (const statement of tablePolicy(producers, { ...this.#reach, buffers })) {
      this.table.addToResourcePolicy(statement);
    }
    if (this.#encryptionKey) letUseKey(this, producers, this.#encryptionKey);
  }
}
