import { answering } from './answering.ts';
import { Deployment } from './deployment.ts';
import { loadTable } from './load-table.ts';
import { SETTINGS_VARIABLES, type Settings, settingsFromEnvironment } from './settings.ts';

/** The methods of a deployment that definitions call. After a change of a method, change the number in KEY. */
type CurrentDeployment = Pick<Deployment, 'add' | 'operations' | 'settle' | 'close'>;

/**
 * The global property that holds the process's deployment. A process may have loaded this package twice, as ES modules
 * and as CommonJS. Definitions of one copy add to a deployment that the other copy has made.
 */
const KEY = Symbol.for('cistern.deployment.1');
const shared = globalThis as { [KEY]?: CurrentDeployment | undefined };

// A process that the environment tells its deployment is a producer, or one of Lambda's. Lambda has more of a processor
// for the start of a process than for its first request: what an add needs is loaded now.
if (process.env[SETTINGS_VARIABLES.deployment]) loadTable();

/**
 * Sets the deployment that this process's definitions belong to. It is needed only if the environment variables
 * `CISTERN_DEPLOYMENT` and `CISTERN_QUEUE_URL_BASE` are not set.
 *
 * @returns the deployment. Close it before the process ends if there are definitions with `persist: false`
 * @throws SettingsError `settings.invalid`
 * @example configure({ deployment: 'shop', queueUrlBase: 'https://sqs.eu-west-1.amazonaws.com/123456789012/' });
 */
export function configure(settings: Settings): Deployment {
  return use(new Deployment(settings));
}

/** Makes a deployment the one that definitions add to. */
export function use(deployment: Deployment): Deployment {
  shared[KEY] = deployment;
  return deployment;
}

/** Undoes `use`, if definitions still add to this deployment. */
export function stopUsing(deployment: Deployment): void {
  if (shared[KEY] === deployment) shared[KEY] = undefined;
}

/**
 * Returns the deployment that this process's definitions add to: the one that `configure` made, or the one that the
 * environment names. The environment is read when it is first needed, not when a definition is imported.
 *
 * @throws SettingsError `settings.missing` or `settings.invalid`
 */
export function currentDeployment(): CurrentDeployment {
  shared[KEY] ??= new Deployment(settingsFromEnvironment());
  return shared[KEY];
}

/**
 * Wraps a Lambda function's handler, so that nothing that it adds is left in a frozen process. The function answers when
 * items in memory (`persist: false`) are in their queue, and when timers and flushes are on their way.
 *
 * @param handler an asynchronous handler; its arguments and its answer stay the same
 * @returns the handler to export. It throws CisternError `batch.not_sent` if items have not reached their queue within
 *   10 s. The process keeps them, and sends them with its next invocation if there is one
 * @example
 * export const handler = flushOnInvocationEnd(async (event: { readonly clicks: Click[] }) => {
 *   await clicks.addBulk(event.clicks);
 * });
 */
export function flushOnInvocationEnd<A extends unknown[], R>(
  handler: (...given: A) => R | Promise<R>,
): (...given: A) => Promise<R> {
  return (...given) =>
    answering(
      () => shared[KEY],
      () => handler(...given),
    );
}

/**
 * Waits for adds that are under way, sends what this process holds in memory (`persist: false`), and closes its
 * connections. An application that listens to SIGTERM itself awaits it before it ends. Without a deployment it does
 * nothing.
 *
 * The closed deployment takes nothing more (`batch.closed`). A later add goes to the deployment that `configure` is given
 * next, or that the environment names.
 *
 * @throws CisternError `batch.not_sent`: items in memory have not reached their queue within 10 s, and are lost
 * @example process.once('SIGTERM', () => void close().finally(() => process.exit()));
 */
export async function close(): Promise<void> {
  const closing = shared[KEY];
  shared[KEY] = undefined;
  await closing?.close();
}
