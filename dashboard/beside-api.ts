import { foreignPageRefusal, hostRefusal, LOOPBACK_HOSTS } from './access.ts';
import { DASHBOARD_PATH } from './address.ts';
import { dashboardApp } from './dashboard-app.ts';
import type { Fetch } from './fetch.ts';
import { refuse } from './refusal.ts';

/**
 * Serves the API and, under `/dashboard/`, the dashboard on one port of this machine. Programs use the API without a
 * token. Requests of pages of other origins are refused.
 *
 * @example
 * const token = newToken();
 * const fetch = besideApi({ api: httpApp(deployment, definitions).fetch, token });
 * // … serve it, then say where the page is:
 * console.log(dashboardUrl(`http://127.0.0.1:${port}${DASHBOARD_PATH}`, token));
 */
export function besideApi({ api, token }: { readonly api: Fetch; readonly token: string }): Fetch {
  const dashboard = dashboardApp({ api, token });
  return request => {
    const url = new URL(request.url);
    if (url.pathname === DASHBOARD_PATH.slice(0, -1)) {
      return new Response(null, { status: 308, headers: { location: DASHBOARD_PATH } });
    }
    if (url.pathname.startsWith(DASHBOARD_PATH)) {
      url.pathname = url.pathname.slice(DASHBOARD_PATH.length - 1);
      return dashboard(moved(request, url));
    }
    const refusal = hostRefusal(request, LOOPBACK_HOSTS) ?? foreignPageRefusal(request);
    return refusal ? refuse(refusal) : api(request);
  };
}

/** Makes the same request to another path. It reads each part, since a server's own kind of request cannot be copied. */
function moved(request: Request, url: URL): Request {
  const { method, headers, body } = request;
  return new Request(url, { method, headers, body, ...(body !== null && { duplex: 'half' }) } as RequestInit);
}
