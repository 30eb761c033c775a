import { setServerTime } from '../live/server-clock.ts';
import { ApiProblem } from './api-problem.ts';
import { token } from './token.ts';

/** A request without an answer for so long counts as lost. */
const TIMEOUT_MS = 10_000;

export interface ApiRequest {
  /** Under the page's own address: `v1/batches`. */
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** Asks the API by the page's own server. What is refused or lost is an `ApiProblem`; an aborted request rejects as such. */
export async function request<T>({ path, body, signal }: ApiRequest): Promise<T> {
  const response = await send({ path, body, signal });
  setServerTime(response.headers.get('date'));
  const text = await response.text().catch(() => '');
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer as T;
  const { code, detail } = (answer ?? {}) as { code?: unknown; detail?: unknown };
  throw new ApiProblem(
    response.status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : `The API answered ${response.status} ${response.statusText}`.trim(),
  );
}

async function send({ path, body, signal }: { [K in keyof ApiRequest]: ApiRequest[K] | undefined }) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(new URL(path ?? '', document.baseURI), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      cache: 'no-store',
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
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
