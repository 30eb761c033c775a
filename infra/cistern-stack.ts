import { CfnOutput, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { parseSettings } from '#lib/deployment/settings';
import { type BatchTopology, type FunctionTopology, type Topology, topology } from '#lib/topology';
import type { CodeDirectories } from './bundle.ts';
import { BatchQueues } from './constructs/batch-queues.ts';
import { BufferTable } from './constructs/buffer-table.ts';
import { CisternFunction, type Shared } from './constructs/cistern-function.ts';
import { HttpApi } from './constructs/http-api.ts';
import { queueSource } from './constructs/queue-source.ts';
import { TickerSchedule } from './constructs/ticker-schedule.ts';
import { topologyQueue } from './constructs/topology-queue.ts';
import {
  consumerRights,
  deadLetterRights,
  ingestRights,
  type Reach,
  tickerRights,
  timerRights,
} from './function-rights.ts';
import { queueArns } from './queue-arns.ts';

export interface CisternStackProps extends StackProps {
  /** The deployment's name: 3 to 24 letters, digits and hyphens. */
  readonly deployment: string;
  /** The names of the definitions that it runs. */
  readonly batches: readonly string[];
  /** The functions' code, as `bundleAll` has written it. */
  readonly code: CodeDirectories;
  /** What becomes of the table, and all items in it, without the stack. Default: kept. */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A deployment, made of the topology's data.
 *
 * @throws SettingsError `settings.invalid` when the deployment's name is no such name
 */
export class CisternStack extends Stack {
  /** By batch: whoever deploys grants each the rights that its handler needs. */
  readonly consumers: ReadonlyMap<string, CisternFunction>;
  readonly #topology: Topology;
  readonly #shared: Shared;

  constructor(scope: Construct, id: string, props: CisternStackProps) {
    super(scope, id, props);
    const { deployment, batches, code, removalPolicy } = props;
    const queueUrlBase = `https://sqs.${this.region}.${this.urlSuffix}/${this.account}/`;
    // region and account are tokens here, which no rule could be tried on
    parseSettings({ deployment, queueUrlBase: 'https://sqs.example/0/' });
    this.#topology = topology(deployment, batches);
    this.#shared = { settings: { deployment, queueUrlBase }, code };

    const buffers = new BufferTable(this, 'Buffers', {
      topology: this.#topology.table,
      ...(removalPolicy && { removalPolicy }),
    });
    const timerQueue = topologyQueue(this, 'TimerQueue', this.#topology.timer);
    const owned = this.#topology.batches.map(batch => ({
      batch,
      queues: new BatchQueues(this, `Batch-${batch.token}`, { topology: batch }),
    }));
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
    };

    const { functions } = this.#topology;
    const ingest = this.#function('Ingest', functions.ingest, ingestRights(reach));
    const ticker = this.#function('Ticker', functions.ticker, tickerRights(reach));
    // a handler's adds come back to its consumer through the timer, and what is throttled comes back to the dead
    // letter function: each turn of these loops has work of its own, and none goes on without any
    const timer = this.#function('Timer', functions.timer, timerRights(reach), true);
    const deadLetter = this.#function('DeadLetter', functions.deadLetter, deadLetterRights(reach), true);

    const api = new HttpApi(this, 'Http', { name: deployment, ingest: ingest.function });
    new TickerSchedule(this, 'Schedule', { ticker: ticker.function });
    queueSource(timer, 'Source', timer.function, timerQueue, this.#topology.timer);
    this.consumers = new Map(
      owned.map(({ batch, queues }) => {
        queueSource(deadLetter, `Source-${batch.token}`, deadLetter.function, queues.dead, batch.dead);
        return [batch.batch, this.#consumer(batch, queues, reach)];
      }),
    );

    new CfnOutput(this, 'ApiEndpoint', { value: api.endpoint });
    new CfnOutput(this, 'CisternDeployment', { value: deployment });
    new CfnOutput(this, 'CisternQueueUrlBase', { value: queueUrlBase });
    new CfnOutput(this, 'IngestFunctionName', { value: ingest.function.functionName });
  }

  #consumer(batch: BatchTopology, { jobs }: BatchQueues, reach: Reach): CisternFunction {
    const rights = consumerRights(reach, jobs.queueArn);
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
