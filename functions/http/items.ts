import { findDefinition } from '../find-definition.ts';
import { ingestBody } from '../ingest-request.ts';
import { ITEMS } from '../schemas/ingest.ts';
import { type Route, route } from './route.ts';

/** What the ingest function answers: all that a producer needs, and nothing that an operator may. */
export const INGEST_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/health',
    handle: ({ deployment }) => ({ status: 'ok', deployment: deployment.services.deployment }),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/items',
    status: 202,
    body: ITEMS,
    handle: ({ deployment, definitions, parameters, body }) =>
      ingestBody(deployment, findDefinition(definitions, parameters['batch'] ?? ''), body),
  }),
];
