import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { besideApi } from '#dashboard/index';
import { httpApp } from '#functions/http/app';
import { ingestApp } from '#functions/http/ingest-app';
import { HOST } from './host.ts';
import { producerPages } from './producer-pages.ts';
import type { Served } from './served.ts';

/** Answers the requests of the HTTP API, and those of the dashboard beside it. */
export function answerRequests({
  deployment,
  definitions,
  history,
  token,
  origins,
}: Served): RequestListener {
  const fetch = producerPages({
    otherwise: besideApi({ api: httpApp(deployment, definitions, history).fetch, token }),
    api: ingestApp(deployment, definitions).fetch,
    origins,
  });
  return getRequestListener(fetch, { hostname: HOST });
}
