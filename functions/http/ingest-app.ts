import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { INGEST_ROUTES } from './items.ts';
import { type HttpApp, serve } from './serve.ts';

export { answerError, answerHttpEvent } from './api-gateway.ts';

/** What the ingest function answers over HTTP. */
export const ingestApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(deployment, definitions, INGEST_ROUTES);
