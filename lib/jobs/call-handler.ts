import { types } from 'node:util';
import type { BatchContext } from '../definition/context.ts';
import type { Definition, Handler } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';

/**
 * Calls a definition's handler. A lazy handler returns the module that it has imported, and the module's default export
 * is called then. The runtime's module cache makes one import of all calls.
 *
 * @throws what the handler throws; JobError `job.handler_invalid` where the imported module has no handler
 */
export async function callHandler({ handler }: Definition, context: BatchContext<unknown>): Promise<unknown> {
  const answer: unknown = await handler(context);
  if (isHandlerModule(answer)) return answer.default(context);
  if (!types.isModuleNamespaceObject(answer)) return answer;
  throw new JobError(
    ERROR_CODES.jobHandlerInvalid,
    `The module that the handler of batch ${JSON.stringify(context.name)} imports has no function for its default export; it exports ${Object.keys(Object(answer)).join(', ') || 'nothing'}. Write: export default async function handler({ batch }) { … }`,
  );
}

/** Says whether an answer is an imported module with a handler. A result may be any value, also one whose fields throw. */
function isHandlerModule(answer: unknown): answer is { default: Handler<unknown> } {
  try {
    return (
      typeof answer === 'object' &&
      answer !== null &&
      'default' in answer &&
      typeof answer.default === 'function'
    );
  } catch {
    return false;
  }
}
