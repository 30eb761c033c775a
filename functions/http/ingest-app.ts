import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { ADD_ITEMS, HEALTH } from '#lib/operations/ingest/handlers';
import { type HttpApp, serve } from './serve.ts';

export { answerError, answerHttpEvent } from './api-gateway.ts';

/** Makes the part of the HTTP API that the ingest function answers: the operations of producers, and none of operators. */
export const ingestApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(deployment, definitions, [HEALTH, ADD_ITEMS]);
