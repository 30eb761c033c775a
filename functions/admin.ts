import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { readEvent } from '#lib/operations/definition/direct-event';
import { logged } from '#lib/operations/definition/logged';
import { OPERATIONS } from '#lib/operations/table';
import type { About } from '#lib/telemetry/log-line';
import type { AdminAction } from '#lib/topology';
import { type Problem, toProblem } from './problem.ts';

/** Returns the batch or the job that an event names, for the log. */
const named = (event: unknown): Pick<About, 'batch' | 'job'> => {
  const { batch, job } = (event ?? {}) as Pick<About, 'batch' | 'job'>;
  return { ...(batch !== undefined && { batch }), ...(job !== undefined && { job }) };
};

/** Lambda does not say who invokes a function: CloudTrail does. */
const INVOCATION = { from: 'invocation' };

/**
 * Does an operators' action by direct invocation: `{ batch, … }` or `{ job, … }`, with the fields of the query or body over
 * HTTP. Its answer is the same as over HTTP.
 *
 * It returns a problem as an object, as over HTTP. If it threw the problem, the invoker would get only a text. A problem
 * has `type: 'about:blank'` and a `code`, which no other answer has. An internal failure (500 over HTTP) is thrown, so that
 * it counts among the function's errors.
 */
export function admin(deployment: Deployment, definitions: readonly Definition[], action: AdminAction) {
  return async (event: unknown): Promise<object | Problem> => {
    try {
      const { operation, input } = readEvent(OPERATIONS, action, event ?? {});
      const answer = await logged(operation).run(
        { deployment, definitions, caller: INVOCATION },
        input as never,
      );
      deployment.services.note({ level: 'info', message: `${action} was asked for`, ...named(event) });
      return answer as object;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status === 500) throw error;
      return problem;
    }
  };
}
