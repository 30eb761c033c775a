import { besideApi, DASHBOARD_PATH, dashboardApp, dashboardUrl, newToken } from '#dashboard/index';
import { galleryApi } from './gallery.ts';
import { serveFetch } from './serve-fetch.ts';

/** The gallery behind the real dashboard: beside the API, or read-only as for a deployment. */
export async function serveGallery({
  readOnly = false,
} = {}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const token = newToken();
  const api = galleryApi().fetch;
  const server = await serveFetch(
    readOnly ? dashboardApp({ api, token, readOnly }) : besideApi({ api, token }),
  );
  return {
    url: dashboardUrl(`http://127.0.0.1:${server.port}${readOnly ? '/' : DASHBOARD_PATH}`, token),
    close: () => server.close(),
  };
}
