import type { OpenApi } from './api-page/open-api.ts';
import { renderApi } from './api-page/render-api.ts';
import type { Fetch } from './fetch.ts';
import { once } from './once.ts';
import { refuse } from './refusal.ts';

/** Paths that show the API itself: a page for people, and the document that it is made of. */
export const API_PATHS: readonly string[] = ['/api', '/openapi.json'];

/**
 * Makes a function that answers the paths of `API_PATHS`. Every deployment of a version has the same document, so that no
 * token is needed for it. It is read from the API once.
 */
export function apiPages(api: Fetch): Fetch {
  const document = once(async () => {
    const answer = await api(new Request('http://localhost/openapi.json'));
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return (await answer.json()) as OpenApi;
  });
  return async ({ url }) => {
    try {
      const read = await document();
      if (new URL(url).pathname === '/openapi.json') return Response.json(read);
      return new Response(renderApi(read), { headers: { 'content-type': 'text/html; charset=utf-8' } });
    } catch (error) {
      return refuse({
        status: 502,
        code: 'dashboard.api_unreachable',
        detail: `The API does not describe itself: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  };
}
