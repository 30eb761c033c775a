import { besideApi, DASHBOARD_PATH, dashboardUrl, newToken } from '#dashboard/index';
import { galleryApi } from './gallery.ts';
import { serveFetch } from './serve-fetch.ts';

/** The gallery behind the real dashboard. */
export async function serveGallery(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const token = newToken();
  const server = await serveFetch(besideApi({ api: galleryApi().fetch, token }));
  return {
    url: dashboardUrl(`http://127.0.0.1:${server.port}${DASHBOARD_PATH}`, token),
    close: () => server.close(),
  };
}
