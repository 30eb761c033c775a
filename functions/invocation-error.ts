import type { Services } from '#lib/store/services';
import { type Problem, toProblem } from './problem.ts';

/**
 * The error of a failed invocation. Lambda passes an error's `name` (as `errorType`), `message` and stack to the invoker,
 * and logs them. So the name is the problem's code, the message is the whole problem as JSON, as over HTTP, and the stack
 * is one line.
 */
export class InvocationError extends Error {
  override readonly name: string;

  constructor(problem: Problem) {
    super(JSON.stringify(problem));
    this.name = problem.code;
    this.stack = `${problem.code}: ${problem.detail}`;
  }
}

/** Makes the error that an invocation throws. An internal failure is logged, and the invoker learns nothing of its text. */
export function toInvocationError(error: unknown, warn: Services['warn']): InvocationError {
  const problem = toProblem(error);
  if (problem.status === 500) warn('an invocation could not be answered', error);
  return new InvocationError(problem);
}
