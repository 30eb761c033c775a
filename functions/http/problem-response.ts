import { type Problem, retryAfterSeconds } from '../problem.ts';

/** A problem as RFC 9457 sends it, with Retry-After where it says when to try again. */
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
