import type { Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { UnknownBatchError } from '#lib/errors';
import {
  ADMIN_ACTIONS,
  type AdminAction,
  type FunctionTopology,
  type SharedFunction,
  topology,
} from '#lib/topology';
import { type CodeDirectories, consumerKey } from './bundling/function-code.ts';
import type { DeploymentOptions } from './cistern-props.ts';
import { acknowledgeRules } from './constructs/acknowledge-rules.ts';
import { BufferTable } from './constructs/buffer-table.ts';
import { CisternFunction, type FunctionOptions } from './constructs/cistern-function.ts';
import { deploymentQueues } from './constructs/deployment-queues.ts';
import { HttpApi } from './constructs/http-api.ts';
import { queueSource } from './constructs/queue-source.ts';
import { TickerSchedule } from './constructs/ticker-schedule.ts';
import { producerEnvironment } from './environment/producer-environment.ts';
import { tickerEnvironment } from './environment/ticker-environment.ts';
import { Measured } from './monitoring/measured.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { checkOptions } from './options/check-options.ts';
import { consumerSettings } from './options/consumer-settings.ts';
import type { StackDefinition } from './options/stack-definition.ts';
import { definitionReach } from './rights/definition-reach.ts';
import * as rights from './rights/function-rights.ts';
import { assertSigned, grant } from './rights/grant.ts';
import { addRouteRights, type OperateRights, operateRouteRights } from './rights/route-rights.ts';
import { telemetryEnvironment } from './telemetry/telemetry-environment.ts';

export interface CisternResourcesProps extends DeploymentOptions {
  readonly definitions: readonly StackDefinition[];
  /** The functions' code, as `bundleFunctions` has written it. */
  readonly code: CodeDirectories;
}

/** What runs a batch, or all batches of a pool: a function and its queue. */
export interface Consumer {
  /** Give it the rights and the environment that the handlers need. */
  readonly function: LambdaFunction;
  readonly jobs: Queue;
}

const DEPLOYMENT = 'cistern';

/** All that a deployment consists of, made of the topology's data. */
export class CisternResources extends Measured {
  /** The deployment's name. */
  readonly deployment: string;
  readonly api: HttpApi;
  /** The functions that all batches share. `deadLetter` calls onDead: give it the rights that those need. */
  readonly functions: Readonly<Record<SharedFunction, LambdaFunction>>;
  /** What SQS gives up of all job queues, and the jobs whose `onDead` is owed. */
  readonly deadQueue: Queue;
  /** The variables by which a process knows the deployment: for functions of yours that add. */
  readonly producerEnvironment: Readonly<Record<string, string>>;
  readonly #consumers = new Map<string, Consumer>();
  readonly #names: readonly string[];
  readonly #reach: rights.Reach;
  readonly #shared: FunctionOptions;

  /**
   * @throws SettingsError `settings.invalid`, also for settings of a pool that there is not; UnknownBatchError for
   *   settings of a consumer that there is not
   */
  constructor(scope: Construct, id: string, props: CisternResourcesProps) {
    super(scope, id);
    const { definitions, code, ...options } = props;
    checkOptions(options);
    const { deployment = DEPLOYMENT, eventBus, encryptionKey, architecture, logRetention, tracing } = options;
    this.#names = definitions.map(({ name }) => name);
    const settings = consumerSettings(definitions, props);

    this.deployment = deployment;
    this.producerEnvironment = producerEnvironment(this, { deployment, eventBus });
    this.#shared = {
      environment: { ...this.producerEnvironment, ...telemetryEnvironment(props) },
      code,
      architecture,
      logRetention,
      logLevel: props.logLevel,
      encryptionKey,
      tracing,
    };

    const made = topology(deployment, definitions);
    const { table, timer, dead, functions } = made;
    const buffers = new BufferTable(this, 'Buffers', { ...props, topology: table });
    const queues = deploymentQueues(this, { topology: made, definitions, encryptionKey });
    this.deadQueue = queues.dead;
    acknowledgeRules(this, { deployment, timerQueue: queues.timer, tracing });
    this.#reach = {
      buffers,
      timerQueue: queues.timer.queueArn,
      jobQueues: queues.jobArns,
      deadQueue: queues.dead.queueArn,
      ...definitionReach(this, definitions, eventBus),
    };

    const shared = (
      id: string,
      name: SharedFunction,
      statements: PolicyStatement[],
      options: Partial<FunctionOptions> = {},
    ): LambdaFunction => this.#function(id, functions[name], statements, options);
    const admin = ADMIN_ACTIONS.map(
      action => [action, shared(`Admin-${action}`, action, rights.adminRights(this.#reach, action))] as const,
    );
    this.functions = {
      ...(Object.fromEntries(admin) as Record<AdminAction, LambdaFunction>),
      ingest: shared('Ingest', 'ingest', rights.ingestRights(this.#reach)),
      adminHttp: shared('AdminHttp', 'adminHttp', rights.adminHttpRights(this.#reach)),
      ticker: shared('Ticker', 'ticker', rights.tickerRights(this.#reach), {
        environment: tickerEnvironment(props.ticker ?? {}),
      }),
      // a handler's adds come back to its consumer through the timer, and what is throttled comes back to the dead
      // letter function: each turn of these loops has work of its own, and none goes on without any
      timer: shared('Timer', 'timer', rights.timerRights(this.#reach), { mayLoop: true }),
      deadLetter: shared('DeadLetter', 'deadLetter', rights.deadLetterRights(this.#reach), {
        ...props.deadLetter,
        mayLoop: true,
      }),
    };

    const { ingest, adminHttp, ticker, timer: timerFunction, deadLetter } = this.functions;
    this.api = new HttpApi(this, 'Http', {
      ...props.http,
      name: deployment,
      ingest,
      admin: adminHttp,
      logRetention,
    });
    new TickerSchedule(this, 'Schedule', { ticker });
    queueSource(timerFunction, 'Source', timerFunction, queues.timer, timer);
    queueSource(deadLetter, 'Source', deadLetter, queues.dead, dead);
    const consumers = queues.owned.map(owned => {
      const { consumer: of, definitions: those, jobs } = owned;
      const own = { jobs: jobs.queueArn, ...definitionReach(this, those, eventBus) };
      const key = consumerKey({ batch: of.batches[0] ?? '', pool: of.pool });
      const { bundling: _, ...given } = settings.get(key) ?? {};
      const consumerCode = code.consumers?.get(key) ?? code.consumer;
      const consumer = this.#function(
        `Consumer-${of.token}`,
        of.function,
        rights.consumerRights(this.#reach, own),
        { ...given, code: { ...code, consumer: consumerCode }, mayLoop: true },
      );
      queueSource(consumer, 'Source', consumer, jobs, of.jobs);
      for (const { name } of those) this.#consumers.set(name, { function: consumer, jobs });
      return { ...owned, function: consumer };
    });
    new Monitoring(this, 'Monitoring', {
      ...props,
      metrics: props.metrics ?? true,
      deployment,
      functions: this.functions,
      consumers: consumers.map(consumer => consumer.function),
      api: this.api,
      buffers,
      deadQueue: queues.dead,
      owned: queues.owned,
    });
  }

  /**
   * What runs a batch. Batches of one pool have the same.
   *
   * @throws UnknownBatchError
   * @example
   * warehouse.grantWriteData(cistern.consumer('analytics').function);
   * cistern.consumer('analytics').function.addEnvironment('WAREHOUSE', warehouse.tableName);
   */
  consumer(batch: string): Consumer {
    const consumer = this.#consumers.get(batch);
    if (consumer) return consumer;
    throw new UnknownBatchError(batch, [...this.#consumers.keys()]);
  }

  /** All batches' names. */
  get batches(): readonly string[] {
    return this.#names;
  }

  /**
   * Lets somebody add from a process of theirs, with `producerEnvironment` in its environment. All batches share one
   * table, so that a right to add to one bounds which queue may be sent to, and no more.
   *
   * @param batches default: all
   * @throws UnknownBatchError
   */
  grantProduce(grantee: IGrantable, ...batches: readonly string[]): Grant {
    const own = batches.map(batch => this.consumer(batch).jobs.queueArn);
    const jobQueues = batches.length === 0 ? this.#reach.jobQueues : [...new Set(own)];
    const statements = rights.ingestRights({ ...this.#reach, jobQueues });
    return grant(grantee, [...statements, ...rights.useKey(this.#shared.encryptionKey?.keyArn)]);
  }

  /**
   * Lets somebody add over HTTP, by signed requests: to these batches alone, and `/health`.
   *
   * @param batches default: all
   * @throws UnknownBatchError; SettingsError `settings.invalid` where `http.add` is not `HttpAccess.iam()`
   * @example cistern.grantAdd(website, 'clicks');
   */
  grantAdd(grantee: IGrantable, ...batches: readonly string[]): Grant {
    assertSigned('http.add', this.api.add);
    for (const batch of batches) this.consumer(batch);
    return grant(grantee, addRouteRights(this, this.api.httpApi, batches));
  }

  /**
   * Lets somebody operate over HTTP, by signed requests: the command line and the dashboard do so.
   *
   * @param rights which routes; default: all of them
   * @throws UnknownBatchError; SettingsError `settings.invalid` for an operation that there is not, and where
   *   `http.operate` is not `HttpAccess.iam()`
   * @example
   * cistern.grantOperate(oncall);
   * cistern.grantOperate(clickTeam, { batches: ['clicks'] });
   * cistern.grantOperate(pipeline, { operations: ['pause', 'resume'] });
   */
  grantOperate(grantee: IGrantable, rights: OperateRights = {}): Grant {
    assertSigned('http.operate', this.api.operate);
    for (const batch of rights.batches ?? []) this.consumer(batch);
    return grant(grantee, operateRouteRights(this, this.api.httpApi, rights, this.#names));
  }

  /**
   * Lets somebody invoke operators' functions: for what they do over HTTP, the API's access is what counts. It is for the
   * functions as they are deployed, which have no other versions.
   *
   * @param actions default: all
   */
  grantAdmin(grantee: IGrantable, ...actions: readonly AdminAction[]): Grant {
    const functions = (actions.length === 0 ? ADMIN_ACTIONS : actions).map(action => this.functions[action]);
    return functions
      .map(target => target.grantInvokeLatestVersion(grantee))
      .reduce((all, each) => all.combine(each));
  }

  #function(
    id: string,
    of: FunctionTopology,
    statements: PolicyStatement[],
    options: Partial<FunctionOptions>,
  ): LambdaFunction {
    const environment = { ...options.environment, ...this.#shared.environment };
    return new CisternFunction(this, id, {
      ...this.#shared,
      ...options,
      environment,
      topology: of,
      statements,
    }).function;
  }
}
