import { findDefinition } from '../../definition/find-definition.ts';
import type { Context, Handler } from '../definition/operation.ts';
import { type IngestAnswer, ingestBody } from './ingest-body.ts';
import { ITEMS } from './items.ts';

/*
 * The handlers of producers' operations. Their descriptions are in other files, since loading those would lengthen the
 * ingest function's cold start.
 */

export const HEALTH = {
  route: 'GET /health',
  run: ({ deployment }: Context) => ({ status: 'ok' as const, deployment: deployment.services.deployment }),
} as const satisfies Handler;

export const ADD_ITEMS = {
  route: 'POST /v1/batches/{batch}/items',
  status: 202,
  request: { schema: ITEMS },
  run: (
    { deployment, definitions }: Context,
    { batch, ...body }: { readonly batch: string },
  ): Promise<IngestAnswer> => ingestBody(deployment, findDefinition(definitions, batch), body),
} as const satisfies Handler;
