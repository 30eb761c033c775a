import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { BATCH_ROUTES } from './batches.ts';
import { documentRoute } from './document-route.ts';
import { INGEST_ROUTES } from './items.ts';
import { JOB_ROUTES } from './jobs.ts';
import type { Route } from './route.ts';
import { type HttpApp, serve } from './serve.ts';

/** What only operators need: in AWS a function of its own answers it, to whom the policy lets in. */
export const ADMIN_ROUTES: readonly Route[] = [documentRoute(() => ROUTES), ...BATCH_ROUTES, ...JOB_ROUTES];

/** All that the HTTP API has. */
export const ROUTES: readonly Route[] = [...INGEST_ROUTES, ...ADMIN_ROUTES];

/** The whole HTTP API: on one's own machine one process answers it. */
export const httpApp = (deployment: Deployment, definitions: readonly Definition[]): HttpApp =>
  serve(deployment, definitions, ROUTES);
