import {
  foreignPageRefusal,
  hostRefusal,
  LOOPBACK_HOSTS,
  originRefusal,
  readOnlyRefusal,
  tokenRefusal,
} from './access.ts';
import { API_PATHS, apiPages } from './api-pages.ts';
import type { Fetch } from './fetch.ts';
import { once } from './once.ts';
import type { PageFile } from './page-file.ts';
import { pageFiles } from './page-files.ts';
import { passOn } from './pass-on.ts';
import { type Refusal, refuse } from './refusal.ts';
import { withSecurityHeaders } from './security-headers.ts';

/** The options of `dashboardApp`. */
export interface DashboardOptions {
  /** The API that the page asks: the local one's `fetch`, or one that signs requests for a deployment. */
  readonly api: Fetch;
  /** The token that requests need. `newToken()` makes one for a run. */
  readonly token: string;
  /** The host names, without ports, that the server accepts. Default: those of this machine. */
  readonly allowedHosts?: readonly string[];
  /**
   * Refuses each request that changes something. Answers of the API then have the header `cistern-access: read-only`.
   * Default `false`.
   */
  readonly readOnly?: boolean;
  /** The page's files. Default: those of the package. */
  readonly files?: () => Promise<readonly PageFile[]>;
}

/**
 * Makes the dashboard's server, for this machine alone. It serves the page and, with a token, the API. No other page can
 * control it: it answers only for its own host names, needs the token for each request to the API, and needs the page's
 * own origin for each change.
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
  const described = apiPages(api);
  return async request => {
    const { pathname } = new URL(request.url);
    const isDescription = API_PATHS.includes(pathname);
    const isApi = pathname.startsWith('/v1/') || pathname === '/health';
    const refusal =
      hostRefusal(request, allowedHosts) ??
      (isApi
        ? (tokenRefusal(request, token) ??
          originRefusal(request) ??
          (readOnly ? readOnlyRefusal(request) : undefined))
        : (methodRefusal(request) ?? (isDescription ? foreignPageRefusal(request) : undefined)));
    if (refusal) return withSecurityHeaders(refuse(refusal));
    if (isApi) {
      const answer = await passOn(request, api);
      if (readOnly) answer.headers.set('cistern-access', 'read-only');
      return withSecurityHeaders(answer);
    }

    // the page's own links are relative to its path without the slash
    if (pathname === '/api/') {
      return withSecurityHeaders(new Response(null, { status: 308, headers: { location: '../api' } }));
    }
    if (isDescription) return withSecurityHeaders(await described(request));
    const file = (await page()).get(pathname === '/' ? 'index.html' : pathname.slice(1));
    return withSecurityHeaders(file ? serveFile(file, request) : refuse(nothingAt(pathname)));
  };
}

function serveFile({ body, contentType, etag }: PageFile, request: Request): Response {
  // the browser keeps the file, but asks for its etag each time, so that it sees a new version at once
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
