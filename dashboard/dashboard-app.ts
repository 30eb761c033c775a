import { hostRefusal, LOOPBACK_HOSTS, originRefusal, readOnlyRefusal, tokenRefusal } from './access.ts';
import type { Fetch } from './fetch.ts';
import type { PageFile } from './page-file.ts';
import { pageFiles } from './page-files.ts';
import { passOn } from './pass-on.ts';
import { type Refusal, refuse } from './refusal.ts';
import { withSecurityHeaders } from './security-headers.ts';

/** What `dashboardApp` takes. */
export interface DashboardOptions {
  /** The API that the page asks: the local one's `fetch`, or one that signs requests for a deployment. */
  readonly api: Fetch;
  /** What requests have to bring along; `newToken()` makes one for a run. */
  readonly token: string;
  /** The host names, without ports, that it answers to. Default: those of this machine. */
  readonly allowedHosts?: readonly string[];
  /**
   * Refuses everything that changes something. Answers of the API then have the header `cistern-access: read-only`.
   * Default `false`.
   */
  readonly readOnly?: boolean;
  /** The page's files. Default: as they come with the package. */
  readonly files?: () => Promise<readonly PageFile[]>;
}

/**
 * The dashboard's server, for this machine alone: the page, and behind a token the API. No other page can drive it:
 * it answers to its own host names only, and wants the token with every request to the API and the page's own
 * origin with every change.
 *
 * @example
 * const token = newToken();
 * serve({ fetch: dashboardApp({ api, token }), port, hostname: '127.0.0.1' });
 * console.log(dashboardUrl(`http://127.0.0.1:${port}/`, token));
 */
export function dashboardApp({
  api,
  token,
  allowedHosts = LOOPBACK_HOSTS,
  files = pageFiles,
  readOnly = false,
}: DashboardOptions): Fetch {
  const page = once(async () => new Map((await files()).map(file => [file.path, file])));
  return async request => {
    const { pathname } = new URL(request.url);
    const isApi = pathname.startsWith('/v1/') || pathname === '/health';
    const refusal =
      hostRefusal(request, allowedHosts) ??
      (isApi
        ? (tokenRefusal(request, token) ??
          originRefusal(request) ??
          (readOnly ? readOnlyRefusal(request) : undefined))
        : methodRefusal(request));
    if (refusal) return withSecurityHeaders(refuse(refusal));
    if (isApi) {
      const answer = await passOn(request, api);
      if (readOnly) answer.headers.set('cistern-access', 'read-only');
      return withSecurityHeaders(answer);
    }

    const file = (await page()).get(pathname === '/' ? 'index.html' : pathname.slice(1));
    return withSecurityHeaders(file ? serveFile(file, request) : refuse(nothingAt(pathname)));
  };
}

/** The address that opens the dashboard. In the fragment the token is sent to nobody, and no log has it. */
export const dashboardUrl = (base: string, token: string): string => `${base}#token=${token}`;

function serveFile({ body, contentType, etag }: PageFile, request: Request): Response {
  // kept, but asked for again each time: a newer version is seen at once
  const headers = { etag, 'cache-control': 'no-cache', 'content-type': contentType };
  const known = request.headers.get('if-none-match') === etag;
  return known ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
}

const methodRefusal = ({ method }: Request): Refusal | undefined =>
  method === 'GET' || method === 'HEAD'
    ? undefined
    : { status: 405, code: 'dashboard.method_refused', detail: `The page takes no ${method}.` };

const nothingAt = (pathname: string): Refusal => ({
  status: 404,
  code: 'dashboard.not_found',
  detail: `The dashboard has nothing at ${pathname}; it is at /.`,
});

/** What is made when it is first wanted, and made anew after it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch(error => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
