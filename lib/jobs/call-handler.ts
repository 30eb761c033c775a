import type { BatchContext, Definition, Handler } from '../definition/options.ts';
import type { Job } from '../store/records.ts';
import { MAX_ATTEMPTS } from './attempts.ts';

/**
 * Calls a definition's handler. A lazy one answers with the module it imported, whose default export is then
 * called; the runtime's own module cache makes that a single import.
 */
export async function callHandler(
  definition: Definition,
  job: Job,
  items: readonly unknown[],
): Promise<unknown> {
  const context: BatchContext<unknown> = Object.freeze({
    id: job.id,
    name: job.batch,
    batch: items,
    batchSize: items.length,
    groupKey: job.group,
    attempt: job.attempts,
    maxAttempts: MAX_ATTEMPTS,
    createdAt: new Date(job.createdAt),
    flushReason: job.reason,
    tags: definition.tags,
  });
  const answer: unknown = await definition.handler(context);
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
