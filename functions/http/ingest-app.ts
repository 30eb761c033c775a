import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { ADD_ITEMS, HEALTH } from '#lib/operations/ingest/handlers';
import { type HttpApp, serve } from './serve.ts';

export { answerError, answerHttpEvent } from './api-gateway.ts';

/** What the ingest function answers over HTTP: all that a producer needs, and nothing that an operator may. */
export const ingestApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(deployment, definitions, [HEALTH, ADD_ITEMS]);
