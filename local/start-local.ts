import { DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/address';
import { assertDistinct } from '#lib/definition/define';
import type { BatchEvent } from '#lib/definition/events';
import type { JobInfo } from '#lib/definition/job-info';
import type { Definition } from '#lib/definition/options';
import { stopUsing, use } from '#lib/deployment/current';
import { Deployment } from '#lib/deployment/deployment';
import type { Settings } from '#lib/deployment/settings';
import { type Topology, topology } from '#lib/topology';
import { checkBatches } from './check-batches.ts';
import { checkOrigins } from './check-origins.ts';
import { checkToken } from './check-token.ts';
import { LocalClock } from './clock/local-clock.ts';
import { waitForWork } from './clock/wait-for-work.ts';
import { embeddedEngine } from './engine/embedded-engine.ts';
import type { Engine } from './engine/engine.ts';
import { type Functions, startFunctions } from './functions.ts';
import { LocalHistory } from './history.ts';
import { HOST } from './host.ts';
import { waitUntilIdle } from './idle.ts';
import type { Local, LocalOptions, StopOptions } from './local.ts';
import { LocalError } from './local-error.ts';
import { localLog } from './log.ts';
import { areTimersFake, isWorldStopped } from './real-time.ts';
import { serveApi } from './serve-api.ts';
import { stopFunctions } from './stop-functions.ts';

/** The local deployment's name. */
const DEPLOYMENT = 'local';
/** The settings of a deployment that is in this process alone. Its queues have no addresses. */
const IN_PROCESS: Settings = { deployment: DEPLOYMENT, queueUrlBase: `http://${HOST}/` };

export const DEFAULT_PORT = 4680;
const IDLE_MS = 10_000;
const STOP_MS = 10_000;

/**
 * Starts a whole deployment in this process: a table and queues of its own, the same functions that Lambda runs, and the
 * HTTP API on 127.0.0.1. Handlers run in this process, and definitions in it add to this deployment.
 *
 * @throws DefinitionError if two definitions share a name; LocalError; errors of the port or of the directory
 * @example
 * const local = await startLocal({ batches: [orders], port: 0 });
 * await orders.add({ id: 1 });
 * await local.flush();
 * await local.idle();      // the handler has been called
 * await local.stop();
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { batches, port = DEFAULT_PORT, dataDir, endpoints, onEvent, everyEvent = false, log } = options;
  assertRealTime();
  const origins = checkOrigins(options.cors ?? []);
  const token = checkToken(options.dashboardToken ?? newToken());
  if (dataDir !== undefined && endpoints !== undefined) {
    throw new LocalError(
      'local.options_invalid',
      'startLocal takes dataDir or endpoints, not both: an emulator keeps what it keeps by itself. Leave one of them out.',
    );
  }
  const given =
    typeof batches === 'string'
      ? await (await import('#loader/load-definitions')).loadDefinitions(batches)
      : checkBatches(batches);
  // Every batch tells its events to the history. onEvent gets those of batches that ask for them.
  const definitions = given.map(each => ({ ...each, events: true }));
  const telling = new Set(given.filter(({ events }) => events || everyEvent).map(({ name }) => name));
  assertDistinct(definitions);

  const undo: ((options: Required<StopOptions>) => Promise<unknown> | unknown)[] = [];
  const undoAll = async (how: Required<StopOptions>) => {
    const failures: unknown[] = [];
    // in the opposite order of the start, each step once; a failed step does not stop the others
    for (let step = undo.pop(); step; step = undo.pop()) {
      try {
        await step(how);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const clock = new LocalClock();
    undo.push(() => clock.stop());
    const parts = topology(DEPLOYMENT, definitions);
    const { engine, settings } = await startEngine(parts, clock, dataDir, endpoints);
    undo.push(() => engine.stop());
    const { store, queues } = engine;
    const history = new LocalHistory(clock);
    const emit = async (event: BatchEvent) => {
      history.event(event);
      if (telling.has(event.batch)) onEvent?.(event);
    };
    const measure = history.measure.bind(history);
    const deployment = use(
      new Deployment(settings ?? IN_PROCESS, {
        services: { store, queues, clock, emit, measure, ...localLog(log, history.line.bind(history)) },
      }),
    ).know(definitions);
    undo.push(() => deployment.close());
    const functions = startFunctions({
      deployment,
      definitions,
      topology: parts,
      receiverOf: engine.receiverOf,
      tickFirst: engine.isDurable,
    });
    undo.push(({ timeoutMs }) => stopFunctions(functions, timeoutMs));
    undo.push(() => deployment.flushHeld());
    const server = await serveApi({ deployment, definitions, history, token, origins, port });
    undo.push(() => server.close());
    undo.push(() => stopUsing(deployment));
    const url = `http://${HOST}:${server.port}`;
    let stopping: Promise<void> | undefined;
    return {
      url,
      dashboard: dashboardUrl(url + DASHBOARD_PATH, token),
      definitions,
      deployment,
      settings,
      ...kitOf({ deployment, definitions, functions, clock, engine }),
      stop({ timeoutMs = STOP_MS } = {}) {
        stopping ??= undoAll({ timeoutMs });
        return stopping;
      },
    };
  } catch (error) {
    await undoAll({ timeoutMs: 0 }).catch(() => {});
    throw error;
  }
}

interface Parts {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly functions: Functions;
  readonly clock: LocalClock;
  readonly engine: Engine;
}

/** Makes the methods for tests: flush, idle, advance, jobs. */
function kitOf({
  deployment,
  definitions,
  functions,
  clock,
  engine,
}: Parts): Pick<Local, 'flush' | 'idle' | 'advance' | 'jobs'> {
  const operationsOf = (definition: Definition) => deployment.operations(definition);
  return {
    async flush() {
      await Promise.all(definitions.map(async definition => (await operationsOf(definition)).flush()));
    },
    idle: ({ timeoutMs = IDLE_MS } = {}) => waitUntilIdle({ deployment, definitions, functions }, timeoutMs),
    advance(ms) {
      // a function that is loaded for its first event has not begun
      const settled = async () => {
        await functions.loaded();
        await engine.settled();
      };
      return clock.advance(ms, () => waitForWork(functions.running().length > 0, settled));
    },
    async jobs(batch) {
      const chosen = definitions.filter(({ name }) => batch === undefined || name === batch);
      const found: JobInfo[] = [];
      for (const definition of chosen) {
        const operations = await operationsOf(definition);
        let cursor: string | undefined;
        do {
          const page = await operations.getJobs({ limit: 500, cursor });
          found.push(...page.jobs);
          cursor = page.cursor;
        } while (cursor !== undefined);
      }
      return found;
    },
  };
}

/** @throws LocalError `local.fake_timers` if the timers were faked before this module was loaded */
function assertRealTime(): void {
  if (isWorldStopped()) {
    throw new LocalError(
      'local.fake_timers',
      'The timers were faked before cistern/local was loaded, so that no deadline would ever come. Fake them later, or use real timers and local.advance(ms).',
    );
  }
  if (areTimersFake()) {
    process.emitWarning(
      'The timers are faked. The local stack goes on in real time: its deadlines and retries are moved by local.advance(ms), and not by fake timers.',
      { type: 'CisternWarning' },
    );
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
