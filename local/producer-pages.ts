import { type Fetch, hostRefusal, LOOPBACK_HOSTS, refuse } from '#dashboard/index';

export interface ProducerPages {
  /** Answers all other requests. */
  readonly otherwise: Fetch;
  /** What these pages may use: the part of the API that producers need. */
  readonly api: Fetch;
  /** The pages' origins. */
  readonly origins: readonly string[];
}

const MAX_AGE_SECONDS = 600;

/**
 * Lets web pages of these origins add from a browser, as `http.cors` does in a deployment. They may not
 * call operators' routes, since the local API does not check who uses a page.
 */
export function producerPages({ otherwise, api, origins }: ProducerPages): Fetch {
  return async request => {
    const origin = request.headers.get('origin');
    if (origin === null || !origins.includes(origin)) return otherwise(request);
    const refusal = hostRefusal(request, LOOPBACK_HOSTS);
    if (refusal) return refuse(refusal);
    const allowed = { 'access-control-allow-origin': origin, vary: 'origin' };
    if (request.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: { ...allowed, ...preflight(request) } });
    }
    const answer = await api(request);
    const headers = { ...Object.fromEntries(answer.headers), ...allowed };
    return new Response(answer.body, {
      status: answer.status,
      headers: { ...headers, 'access-control-expose-headers': 'retry-after' },
    });
  };
}

/** Nothing here reads a header that a page chose, so that it may send whichever it likes. */
const preflight = ({ headers }: Request): Record<string, string> => ({
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': headers.get('access-control-request-headers') ?? 'content-type',
  'access-control-max-age': String(MAX_AGE_SECONDS),
});
