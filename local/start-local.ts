import { serve } from '@hono/node-server';
import { besideApi, DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/index';
import { httpApp } from '#functions/http/app';
import { assertDistinct } from '#lib/definition/define';
import type { BatchEvent } from '#lib/definition/events';
import type { AnyDefinition, Definition } from '#lib/definition/options';
import { release, use } from '#lib/deployment/current';
import { Deployment } from '#lib/deployment/deployment';
import type { Settings } from '#lib/deployment/settings';
import { restart } from '#lib/recovery/restart';
import { createClients } from '#lib/store/clients';
import { topology } from '#lib/topology';
import { loadDefinitions } from '#loader/load-definitions';
import { provision } from './engines/provision.ts';
import { startEngines } from './engines/start-engines.ts';
import { startFunctions } from './functions.ts';

/** The embedded deployment's name. */
const DEPLOYMENT = 'local';
const HOST = '127.0.0.1';

/** What `startLocal` takes. */
export interface LocalOptions {
  /** The definitions to run, or the path of the module that exports them. */
  readonly batches: readonly AnyDefinition[] | string;
  /** The HTTP port; 0 takes a free one. Default 4680. */
  readonly port?: number;
  /** Where the buffers are kept, so that they outlive the process. Default: in memory only. */
  readonly dataDir?: string;
  /** Gets the events of batches with `events: true`, which in AWS go to EventBridge. */
  readonly onEvent?: (event: BatchEvent) => void;
}

/** A whole deployment in this process. */
export interface Local {
  /** Where the HTTP API is: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The dashboard's address, with the token that this start has drawn for it. */
  readonly dashboard: string;
  /** The definitions that it runs. */
  readonly definitions: readonly Definition[];
  readonly deployment: Deployment;
  /** With these, `configure()` makes another process on this machine add to it. */
  readonly settings: Settings;
  /**
   * Ends it: flushes what is in memory, hands out the jobs that are waiting, lets running handlers end, and closes
   * everything. Jobs not begun within 10 s are left, and without `dataDir` lost. What is still buffered
   * is there again after the next start with the same `dataDir`.
   */
  stop(): Promise<void>;
}

export const DEFAULT_PORT = 4680;

/**
 * Starts a deployment on this machine alone: an embedded DynamoDB and SQS, the same functions that Lambda runs,
 * and the HTTP API on 127.0.0.1. Handlers run in this process, and definitions in it add to this deployment.
 *
 * @throws DefinitionError when two definitions share a name; what keeps the port or the directory from being used
 * @example
 * const local = await startLocal({ batches: [orders], port: 0 });
 * await orders.add({ id: 1 });
 * await local.stop();
 */
export async function startLocal({
  batches,
  port = DEFAULT_PORT,
  dataDir,
  onEvent,
}: LocalOptions): Promise<Local> {
  const definitions =
    typeof batches === 'string'
      ? await loadDefinitions(batches)
      : ([...batches] as readonly object[] as readonly Definition[]);
  assertDistinct(definitions);

  const undo: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    // in the opposite order of the start; each step once
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const engines = await startEngines(dataDir === undefined ? {} : { dataDir });
    undo.push(() => engines.stop());
    const clients = createClients({ endpoints: engines });
    const parts = topology(DEPLOYMENT, definitions);
    const queueUrlBase = await provision(parts, clients);
    const { dynamodb, sqs } = engines;
    const settings = { deployment: DEPLOYMENT, queueUrlBase, endpoints: { dynamodb, sqs } };
    const deployment = use(
      new Deployment(settings, { clients, services: { emit: async event => onEvent?.(event) } }),
    ).know(definitions);
    undo.push(() => deployment.close());
    const functions = startFunctions({
      deployment,
      definitions,
      topology: parts,
      endpoint: engines.sqs,
      queueUrlBase,
    });
    undo.push(() => functions.stop());
    // the queues end with this process: what is sent now has to be with its function before the functions stop
    undo.push(() => functions.handedOut());
    undo.push(() => deployment.memory.flush('shutdown'));
    // the embedded queues forget everything when their process ends, and the buffers on disk do not
    if (dataDir !== undefined) await restart(deployment.services);
    const token = newToken();
    const server = await listen(besideApi({ api: httpApp(deployment, definitions).fetch, token }), port);
    undo.push(() => server.close());
    undo.push(() => release(deployment));
    const url = `http://${HOST}:${server.port}`;
    const dashboard = dashboardUrl(url + DASHBOARD_PATH, token);
    return { url, dashboard, definitions, deployment, settings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST }, address => {
      resolve({
        port: address.port,
        close: () =>
          new Promise<void>(closed => {
            server.close(() => closed());
            // connections kept alive by clients would keep it open for as long as those like
            if ('closeIdleConnections' in server) server.closeIdleConnections();
          }),
      });
    });
    server.once('error', reject);
  });
}
