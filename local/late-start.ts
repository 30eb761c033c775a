import { orMissing } from '#lib/parts';
// now, and not with the first start: by then a test may have faked the timers
import './real-time.ts';
import type { startLocal as start } from './start-local.ts';

/**
 * Starts a deployment in this process alone: a table and queues of its own, the same functions that Lambda runs, and the
 * HTTP API on 127.0.0.1. Handlers run in this process, and definitions in it add to this deployment.
 *
 * @throws CisternError `package.part_missing` when packages that only this needs are not installed
 * @throws DefinitionError when two definitions share a name; LocalError; what keeps the port or the directory from being used
 * @example
 * const local = await startLocal({ batches: [orders], port: 0 });
 * await orders.add({ id: 1 });
 * await local.flush();
 * await local.idle();      // the handler has been called
 * await local.stop();
 */
export const startLocal: typeof start = async options => {
  const stack = await import('./start-local.ts').catch(orMissing('local'));
  return stack.startLocal(options);
};
