import {
  allStatuses,
  batchGroups,
  batchStatus,
  bufferOf,
  drainBatch,
  flushBatch,
  pauseBatch,
  redriveBatch,
  reportDrain,
  resumeBatch,
} from '../actions/batch-actions.ts';
import { listJobs } from '../actions/job-actions.ts';
import { BUFFER_FILTER, DRAIN, FLUSH, GROUP_FILTER, JOB_FILTER, NOTHING, PAUSE } from '../schemas/inputs.ts';
import { type Route, route } from './route.ts';

type Named = { readonly parameters: Readonly<Record<string, string>> };

const named = ({ parameters }: Named): string => parameters['batch'] ?? '';

/** What operators see of batches and do with them. */
export const BATCH_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/batches',
    handle: call => allStatuses(call),
  }),
  route({
    method: 'GET',
    path: '/v1/batches/{batch}',
    handle: call => batchStatus(call, named(call)),
  }),
  route({
    method: 'GET',
    path: '/v1/batches/{batch}/groups',
    query: GROUP_FILTER,
    handle: call => batchGroups(call, named(call), call.query),
  }),
  route({
    method: 'GET',
    path: '/v1/batches/{batch}/buffer',
    query: BUFFER_FILTER,
    handle: call => bufferOf(call, named(call), call.query),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/flush',
    body: FLUSH,
    bodyOptional: true,
    handle: call => flushBatch(call, named(call), call.body),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/pause',
    body: PAUSE,
    bodyOptional: true,
    handle: call => pauseBatch(call, named(call), call.body),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/resume',
    body: NOTHING,
    bodyOptional: true,
    handle: call => resumeBatch(call, named(call)),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/drain',
    status: 202,
    body: DRAIN,
    bodyOptional: true,
    handle: call => drainBatch(call, named(call), call.body),
  }),
  route({
    method: 'GET',
    path: '/v1/batches/{batch}/drain',
    handle: call => reportDrain(call, named(call)),
  }),
  route({
    method: 'GET',
    path: '/v1/batches/{batch}/jobs',
    query: JOB_FILTER,
    handle: call => listJobs(call, named(call), call.query),
  }),
  route({
    method: 'POST',
    path: '/v1/batches/{batch}/redrive',
    body: NOTHING,
    bodyOptional: true,
    handle: call => redriveBatch(call, named(call)),
  }),
];
