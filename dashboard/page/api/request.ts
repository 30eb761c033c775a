import { learnAccess } from '../live/access.ts';
import { setServerTime } from '../live/server-clock.ts';
import { ApiProblem } from './api-problem.ts';
import type { Answer, ApiRoute, Input } from './contract.ts';
import { type ApiRequest, requestTo } from './request-to.ts';
import { token } from './token.ts';

/** A request without an answer for so long counts as lost. */
const TIMEOUT_MS = 10_000;
/** With a body of megabytes. */
const LARGE_TIMEOUT_MS = 60_000;

/** Asks for an operation of the API, by its route. What is refused or lost is an `ApiProblem`. */
export const call = <R extends ApiRoute>(
  route: R,
  input: Input<R>,
  signal?: AbortSignal,
): Promise<Answer<R>> => send(requestTo(route, input), signal);

/** Sends a request by the page's own server. What is refused or lost is an `ApiProblem`; an aborted request rejects as such. */
export const send = <R extends ApiRoute>(
  { path, body }: ApiRequest<R>,
  signal?: AbortSignal,
): Promise<Answer<R>> =>
  answerOf(fetchPath(path, body && JSON.stringify(body), signal ?? new AbortController().signal, TIMEOUT_MS));

/** Sends a text as a request's body, unchanged: JSON that is parsed and written again may lose digits of its numbers. */
export const sendText = <R extends ApiRoute>({ path }: ApiRequest<R>, body: string): Promise<Answer<R>> =>
  answerOf(fetchPath(path, body, new AbortController().signal, LARGE_TIMEOUT_MS));

async function answerOf<R extends ApiRoute>(answering: Promise<Response>): Promise<Answer<R>> {
  const response = await answering;
  setServerTime(response.headers.get('date'));
  learnAccess(response.headers);
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer as Answer<R>;
  const { code, detail } = (answer ?? {}) as { code?: unknown; detail?: unknown };
  throw new ApiProblem(
    response.status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : `The API answered ${response.status} ${response.statusText}`.trim(),
  );
}

async function fetchPath(
  path: string,
  body: string | undefined,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Response> {
  try {
    return await fetch(new URL(path, document.baseURI), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiProblem(0, 'unreachable', 'The server does not answer.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
