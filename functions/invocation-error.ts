import type { Services } from '#lib/store/services';
import { type Problem, toProblem } from './problem.ts';

/**
 * What a failed invocation throws. Lambda hands its invoker the `name` of an error, as `errorType`, its `message` and
 * its stack, and logs them: so the name is the problem's code, the message the whole problem as JSON, as HTTP answers
 * it, and the stack one line.
 */
export class InvocationError extends Error {
  override readonly name: string;

  constructor(problem: Problem) {
    super(JSON.stringify(problem));
    this.name = problem.code;
    this.stack = `${problem.code}: ${problem.detail}`;
  }
}

/** What an invocation throws for an error. One that is no fault of the invoker's is logged, and told nothing of. */
export function toInvocationError(error: unknown, warn: Services['warn']): InvocationError {
  const problem = toProblem(error);
  if (problem.status === 500) warn('an invocation could not be answered', error);
  return new InvocationError(problem);
}
