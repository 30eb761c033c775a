import { serve } from '@hono/node-server';
import { besideApi, DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/index';
import { httpApp } from '#functions/http/app';
import { assertDistinct } from '#lib/definition/define';
import type { BatchEvent } from '#lib/definition/events';
import type { AnyDefinition, Definition } from '#lib/definition/options';
import { release, use } from '#lib/deployment/current';
import { Deployment } from '#lib/deployment/deployment';
import type { Settings } from '#lib/deployment/settings';
import { type Topology, topology } from '#lib/topology';
import { loadDefinitions } from '#loader/load-definitions';
import { LocalClock } from './clock/local-clock.ts';
import { embeddedEngine } from './engine/embedded-engine.ts';
import type { Engine } from './engine/engine.ts';
import { startFunctions } from './functions.ts';

/** The embedded deployment's name. */
const DEPLOYMENT = 'local';
const HOST = '127.0.0.1';
/** A deployment's settings where nothing of it is elsewhere: its queues have no addresses. */
const IN_PROCESS: Settings = { deployment: DEPLOYMENT, queueUrlBase: 'http://127.0.0.1/' };

/** What `startLocal` takes. */
export interface LocalOptions {
  /** The definitions to run, or the path of the module that exports them. */
  readonly batches: readonly AnyDefinition[] | string;
  /** The HTTP port; 0 takes a free one. Default 4680. */
  readonly port?: number;
  /**
   * The directory where everything is kept, so that it outlives the process, a killed one too. It needs the package
   * `lmdb`. Default: in memory only.
   */
  readonly dataDir?: string;
  /**
   * Keeps everything on an emulator of DynamoDB and SQS instead, through the AWS clients. Other processes can then add
   * to it. Default: in this process.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string };
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
  /** With these, `configure()` makes another process add to it. Undefined unless it is kept on an emulator. */
  readonly settings: Settings | undefined;
  /**
   * Ends it: flushes what is in memory, hands out the jobs that are waiting, lets running handlers end, and closes
   * everything. Jobs not begun within 10 s are left, and without `dataDir` lost. What is still buffered
   * is there again after the next start with the same `dataDir`.
   */
  stop(): Promise<void>;
}

export const DEFAULT_PORT = 4680;

/**
 * Starts a deployment in this process alone: a table and queues of its own, the same functions that Lambda runs, and the
 * HTTP API on 127.0.0.1. Handlers run in this process, and definitions in it add to this deployment.
 *
 * @throws DefinitionError when two definitions share a name; LocalError; what keeps the port or the directory
 * from being used
 * @example
 * const local = await startLocal({ batches: [orders], port: 0 });
 * await orders.add({ id: 1 });
 * await local.stop();
 */
export async function startLocal({
  batches,
  port = DEFAULT_PORT,
  dataDir,
  endpoints,
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
    const clock = new LocalClock();
    const parts = topology(DEPLOYMENT, definitions);
    const { engine, settings } = await startEngine(parts, clock, dataDir, endpoints);
    undo.push(() => engine.stop());
    const { store, queues } = engine;
    const emit = async (event: BatchEvent) => onEvent?.(event);
    const deployment = use(
      new Deployment(settings ?? IN_PROCESS, { services: { store, queues, clock, emit } }),
    ).know(definitions);
    undo.push(() => deployment.close());
    const functions = startFunctions({
      deployment,
      definitions,
      topology: parts,
      receiverOf: engine.receiverOf,
      tickFirst: engine.isDurable,
    });
    undo.push(() => functions.stop());
    // the queues end with this process: what is sent now has to be with its function before the functions stop
    undo.push(() => functions.handedOut());
    undo.push(() => deployment.memory.flush('shutdown'));
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

async function startEngine(
  parts: Topology,
  clock: LocalClock,
  dataDir: string | undefined,
  endpoints: Settings['endpoints'],
): Promise<{ readonly engine: Engine; readonly settings: Settings | undefined }> {
  if (endpoints === undefined) {
    return { engine: await embeddedEngine(parts, clock, dataDir), settings: undefined };
  }
  const { emulatorEngine } = await import('./engine/emulator-engine.ts');
  const engine = await emulatorEngine(parts, clock, endpoints);
  return { engine, settings: { deployment: DEPLOYMENT, queueUrlBase: engine.queueUrlBase, endpoints } };
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
