import { CfnOutput, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Definition } from '#lib/definition/options';
import { parseSettings } from '#lib/deployment/settings';
import {
  ADMIN_ACTIONS,
  type BatchTopology,
  type FunctionTopology,
  type Topology,
  type TopologyDefinition,
  topology,
} from '#lib/topology';
import type { CodeDirectories } from './bundle.ts';
import { BatchQueues } from './constructs/batch-queues.ts';
import { BufferTable } from './constructs/buffer-table.ts';
import { CisternFunction, type Shared } from './constructs/cistern-function.ts';
import { HttpApi } from './constructs/http-api.ts';
import { queueSource } from './constructs/queue-source.ts';
import { TickerSchedule } from './constructs/ticker-schedule.ts';
import { topologyQueue } from './constructs/topology-queue.ts';
import {
  adminHttpRights,
  adminRights,
  consumerRights,
  deadLetterRights,
  ingestRights,
  type OwnReach,
  type Reach,
  tickerRights,
  timerRights,
} from './function-rights.ts';
import { queueArns } from './queue-arns.ts';

/** What a stack depends on of a definition. */
export type StackDefinition = TopologyDefinition & Partial<Pick<Definition, 'events' | 'maxPendingBatches'>>;

export interface CisternStackProps extends StackProps {
  /** The deployment's name: 3 to 24 letters, digits and hyphens. */
  readonly deployment: string;
  /** The definitions that it runs. */
  readonly definitions: readonly StackDefinition[];
  /** The functions' code, as `bundleAll` has written it. */
  readonly code: CodeDirectories;
  /** The EventBridge bus, in this account and region, for definitions with `events: true`. Default: the account's. */
  readonly eventBus?: string;
  /** What becomes of the table, and all items in it, without the stack. Default: kept. */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A deployment, made of the topology's data.
 *
 * @throws SettingsError `settings.invalid` when the deployment's name or the bus's is no such name
 */
export class CisternStack extends Stack {
  /** By batch: whoever deploys grants each the rights that its handler needs. */
  readonly consumers: ReadonlyMap<string, CisternFunction>;
  /** Calls onDead: whoever deploys grants it the rights that those need. */
  readonly deadLetter: CisternFunction;
  readonly #topology: Topology;
  readonly #shared: Shared;

  constructor(scope: Construct, id: string, given: CisternStackProps) {
    const { deployment, definitions, code, eventBus, removalPolicy, ...props } = given;
    super(scope, id, props);
    const queueUrlBase = `https://sqs.${this.region}.${this.urlSuffix}/${this.account}/`;
    const named = { deployment, ...(eventBus !== undefined && { eventBus }) };
    // region and account are tokens here, which no rule could be tried on
    parseSettings({ ...named, queueUrlBase: 'https://sqs.example/0/' });
    this.#topology = topology(deployment, definitions);
    this.#shared = { settings: { ...named, queueUrlBase }, code };

    const buffers = new BufferTable(this, 'Buffers', {
      topology: this.#topology.table,
      ...(removalPolicy && { removalPolicy }),
    });
    const timerQueue = topologyQueue(this, 'TimerQueue', this.#topology.timer);
    const owned = this.#topology.batches.map((batch, i) => ({
      batch,
      definition: definitions[i],
      queues: new BatchQueues(this, `Batch-${batch.token}`, { topology: batch }),
    }));
    const bus = this.formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: eventBus ?? 'default',
    });
    const busOf = (of: readonly (StackDefinition | undefined)[]) =>
      of.some(definition => definition?.events) ? bus : undefined;
    const countsPending = (of: readonly (StackDefinition | undefined)[]) =>
      of.some(definition => definition?.maxPendingBatches !== undefined);
    const reach: Reach = {
      buffers,
      timerQueue: timerQueue.queueArn,
      jobQueues: queueArns(
        owned.map(({ batch, queues }) => ({ queue: queues.jobs, name: batch.jobs.name })),
        `${deployment}-jobs-`,
      ),
      deadQueues: queueArns(
        owned.map(({ batch, queues }) => ({ queue: queues.dead, name: batch.dead.name })),
        `${deployment}-dead-`,
      ),
      eventBus: busOf(definitions),
      countsPending: countsPending(definitions),
    };

    const { functions } = this.#topology;
    const ingest = this.#function('Ingest', functions.ingest, ingestRights(reach));
    const adminHttp = this.#function('AdminHttp', functions.adminHttp, adminHttpRights(reach));
    for (const action of ADMIN_ACTIONS) {
      this.#function(`Admin-${action}`, functions[action], adminRights[action](reach));
    }
    const ticker = this.#function('Ticker', functions.ticker, tickerRights(reach));
    // a handler's adds come back to its consumer through the timer, and what is throttled comes back to the dead
    // letter function: each turn of these loops has work of its own, and none goes on without any
    const timer = this.#function('Timer', functions.timer, timerRights(reach), true);
    this.deadLetter = this.#function('DeadLetter', functions.deadLetter, deadLetterRights(reach), true);

    const api = new HttpApi(this, 'Http', {
      name: deployment,
      ingest: ingest.function,
      admin: adminHttp.function,
    });
    new TickerSchedule(this, 'Schedule', { ticker: ticker.function });
    queueSource(timer, 'Source', timer.function, timerQueue, this.#topology.timer);
    this.consumers = new Map(
      owned.map(({ batch, definition, queues }) => {
        const { deadLetter } = this;
        queueSource(deadLetter, `Source-${batch.token}`, deadLetter.function, queues.dead, batch.dead);
        const own: OwnReach = {
          jobs: queues.jobs.queueArn,
          dead: queues.dead.queueArn,
          eventBus: busOf([definition]),
          countsPending: countsPending([definition]),
        };
        return [batch.batch, this.#consumer(batch, queues, consumerRights(reach, own))];
      }),
    );

    new CfnOutput(this, 'ApiEndpoint', { value: api.endpoint });
    new CfnOutput(this, 'CisternDeployment', { value: deployment });
    new CfnOutput(this, 'CisternQueueUrlBase', { value: queueUrlBase });
    if (eventBus !== undefined) new CfnOutput(this, 'CisternEventBus', { value: eventBus });
    new CfnOutput(this, 'IngestFunctionName', { value: ingest.function.functionName });
  }

  #consumer(batch: BatchTopology, { jobs }: BatchQueues, rights: PolicyStatement[]): CisternFunction {
    const consumer = this.#function(`Consumer-${batch.token}`, batch.consumer, rights, true);
    queueSource(consumer, 'Source', consumer.function, jobs, batch.jobs);
    return consumer;
  }

  #function(
    id: string,
    of: FunctionTopology,
    statements: PolicyStatement[],
    mayLoop = false,
  ): CisternFunction {
    return new CisternFunction(this, id, { ...this.#shared, topology: of, statements, mayLoop });
  }
}
