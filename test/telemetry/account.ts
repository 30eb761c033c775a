import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Settings } from '#lib/deployment/settings';
import { tableName } from '#lib/resource-names';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';
import type { Store } from '#lib/store/ports';
import { tableStore } from '#lib/store/table-store';
import { topology } from '#lib/topology';
import { bundle, type Entry } from '../../infra/bundling/bundle.ts';
import { provision } from '../../local/engine/provision.ts';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';
import { DeployedFunction } from './deployed-function.ts';
import { samples } from './fixtures/batches.ts';

const ENTRIES = ['ingest', 'consumer', 'ticker'] as const satisfies Entry[];

/** A deployment of the tests' batch. */
export interface Deployed {
  /** Starts one of its functions. */
  start(entry: (typeof ENTRIES)[number]): Promise<DeployedFunction>;
  /** What its job queue has, as the event of the consumer's invocation. */
  delivery(): Promise<object>;
  readonly store: Store;
  /** For a process of its own. */
  readonly settings: Settings;
}

/** The bundles that are deployed, run as Lambda runs them, on the embedded engines. */
export class Account {
  readonly #engines: Engines;
  readonly #clients: Clients;
  readonly #code: string;
  readonly #running: DeployedFunction[] = [];
  #deployments = 0;

  private constructor(engines: Engines, code: string) {
    this.#engines = engines;
    this.#clients = createClients({ endpoints: engines });
    this.#code = code;
  }

  static async open(): Promise<Account> {
    const code = await mkdtemp(join(tmpdir(), 'cistern-telemetry-'));
    const batches = join(import.meta.dirname, 'fixtures/batches.ts');
    await Promise.all(
      ENTRIES.map(async entry => {
        await mkdir(join(code, entry));
        const { files } = await bundle(entry, { batches, modules: { external: new Set(), hasSdk: false } });
        await Promise.all(files.map(({ name, contents }) => writeFile(join(code, entry, name), contents)));
      }),
    );
    return new Account(await startEngines(), code);
  }

  /** @param environment of its functions, besides what they need */
  async deploy(environment: Readonly<Record<string, string>> = {}): Promise<Deployed> {
    const parts = topology(`telemetry${++this.#deployments}`, [samples]);
    const queueUrlBase = await provision(parts, this.#clients);
    const [queues] = parts.consumers;
    return {
      start: async entry => {
        const started = await DeployedFunction.start(this.#code, entry, {
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_DYNAMODB: this.#engines.dynamodb,
          AWS_ENDPOINT_URL_SQS: this.#engines.sqs,
          CISTERN_DEPLOYMENT: parts.deployment,
          CISTERN_QUEUE_URL_BASE: queueUrlBase,
          CISTERN_BATCH: samples.name,
          CISTERN_METRICS: 'emf',
          ...environment,
        });
        this.#running.push(started);
        return started;
      },
      delivery: async () => {
        const { Messages = [] } = await this.#clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrlBase + queues?.jobs.name, WaitTimeSeconds: 5 }),
        );
        return {
          Records: Messages.map(({ MessageId, ReceiptHandle, Body }) => ({
            messageId: MessageId,
            receiptHandle: ReceiptHandle,
            body: Body,
          })),
        };
      },
      settings: { deployment: parts.deployment, queueUrlBase, endpoints: this.#engines },
      store: tableStore(new DynamoTable(this.#clients.dynamodb, tableName(parts.deployment)), Date.now),
    };
  }

  /** Ends all functions that are running. */
  async endFunctions(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(each => each.stop()));
  }

  async close(): Promise<void> {
    await Promise.all([this.#engines.stop(), rm(this.#code, { recursive: true })]);
  }
}
