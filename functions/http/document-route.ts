import { type Route, route } from './route.ts';

/** The API's description. What makes it of the routes is loaded when somebody asks for it. */
export const documentRoute = (routes: () => readonly Route[]): Route =>
  route({
    method: 'GET',
    path: '/openapi.json',
    handle: async () => {
      const { openApiDocument } = await import('../openapi/document.ts');
      return openApiDocument(routes());
    },
  });
