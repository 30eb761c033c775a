import type { BatchContext } from '../definition/context.ts';
import type { Definition, Handler } from '../definition/options.ts';

/**
 * Calls a definition's handler. A lazy one answers with the module it imported, whose default export is then
 * called; the runtime's own module cache makes that a single import.
 */
export async function callHandler({ handler }: Definition, context: BatchContext<unknown>): Promise<unknown> {
  const answer: unknown = await handler(context);
  return isHandlerModule(answer) ? answer.default(context) : answer;
}

/** A result is data; only an imported module has a function for its default export. */
function isHandlerModule(answer: unknown): answer is { default: Handler<unknown> } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'default' in answer &&
    typeof answer.default === 'function'
  );
}
