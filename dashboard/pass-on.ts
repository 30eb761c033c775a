import type { Fetch } from './fetch.ts';
import { refuse } from './refusal.ts';

/** The largest body that the API takes: the page sends items too. */
const MAX_BODY_BYTES = 4_000_000;

/** The headers that are passed on. Others are for this server alone, such as the token and those of the connection. */
const REQUEST_HEADERS = ['accept', 'content-type'];
const RESPONSE_HEADERS = ['content-type', 'date', 'retry-after'];

/**
 * Passes a request of the page on to the API, with its method, path, query and body. The host is this server's. An API
 * elsewhere has to replace it.
 */
export async function passOn(request: Request, api: Fetch): Promise<Response> {
  const body = request.body === null ? undefined : await request.arrayBuffer();
  if (body !== undefined && body.byteLength > MAX_BODY_BYTES) {
    return refuse({
      status: 413,
      code: 'dashboard.body_too_large',
      detail: `The dashboard passes on bodies of up to ${MAX_BODY_BYTES} bytes; this one had ${body.byteLength}.`,
    });
  }
  try {
    const answer = await api(
      new Request(request.url, {
        method: request.method,
        headers: pick(request.headers, REQUEST_HEADERS),
        ...(body !== undefined && { body }),
      }),
    );
    const headers = pick(answer.headers, RESPONSE_HEADERS);
    headers.set('cache-control', 'no-store');
    return new Response(answer.body, { status: answer.status, headers });
  } catch (error) {
    return refuse({
      status: 502,
      code: 'dashboard.api_unreachable',
      detail: `The API gave no answer: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function pick(headers: Headers, names: readonly string[]): Headers {
  return new Headers(
    names.flatMap(name => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    }),
  );
}
