import { lateImport } from '#lib/late-import';
import { orMissing } from '#lib/parts';
// imported here, since a test may have faked the timers by the first call of startLocal
import './real-time.ts';
import type { startLocal as start } from './start-local.ts';

const lateStack = lateImport(() => import('./start-local.ts'));

/**
 * Starts a whole deployment in this process: a table and queues of its own, the same functions that Lambda runs, and the
 * HTTP API on 127.0.0.1. Handlers run in this process, and definitions in it add to this deployment.
 *
 * @throws CisternError `package.part_missing` if the packages of the local stack are not installed
 * @throws DefinitionError if two definitions share a name; LocalError; errors of the port or of the directory
 * @example
 * const local = await startLocal({ batches: [orders], port: 0 });
 * await orders.add({ id: 1 });
 * await local.flush();
 * await local.idle();      // the handler has been called
 * await local.stop();
 */
export const startLocal: typeof start = async options => {
  assertServable();
  const stack = await lateStack().catch(orMissing('local'));
  return stack.startLocal(options);
};

/** The packages that serve the API are loaded with the first request. That one of them is not installed is said before. */
function assertServable(): void {
  try {
    for (const name of ['hono/tiny', '@hono/node-server']) import.meta.resolve(name);
  } catch (error) {
    orMissing('local')(error);
  }
}
