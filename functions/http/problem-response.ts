import { type Problem, retryAfterSeconds } from '../problem.ts';

/** Makes a response of a problem by RFC 9457, with Retry-After if the problem says when to try again. */
export function problemResponse(problem: Problem): Response {
  const seconds = retryAfterSeconds(problem);
  return Response.json(problem, {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(seconds !== undefined && { 'retry-after': String(seconds) }),
    },
  });
}
