import { purgeJob, redriveJob, showJob, showWindow } from '../actions/job-actions.ts';
import { JOB_VIEW, NOTHING, WINDOW_FILTER } from '../schemas/inputs.ts';
import { type Route, route } from './route.ts';

type Named = { readonly parameters: Readonly<Record<string, string>> };

const named = ({ parameters }: Named): string => parameters['job'] ?? '';

/** What operators see of a job and do with it, whatever batch it is of. */
export const JOB_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/jobs/{job}',
    query: JOB_VIEW,
    handle: call => showJob(call, named(call), call.query),
  }),
  route({
    method: 'GET',
    path: '/v1/jobs/{job}/window',
    query: WINDOW_FILTER,
    handle: call => showWindow(call, named(call), call.query),
  }),
  route({
    method: 'POST',
    path: '/v1/jobs/{job}/redrive',
    body: NOTHING,
    bodyOptional: true,
    handle: call => redriveJob(call, named(call)),
  }),
  route({
    method: 'POST',
    path: '/v1/jobs/{job}/purge',
    body: NOTHING,
    bodyOptional: true,
    handle: call => purgeJob(call, named(call)),
  }),
];
