import type { Answer, ApiRoute, Input } from '../../../lib/operations/api.ts';

/* What the HTTP API is given and answers with, as its operations say: types alone. Times are ISO strings. */

export type { Answer, ApiRoute, Input };

export const JOB_STATUSES = [
  'active',
  'waiting',
  'retrying',
  'parked',
  'failed',
  'dead',
  'completed',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** How far back charts go. */
export const SPANS = ['hour', 'day', 'week'] as const;
export type Span = (typeof SPANS)[number];

export type BatchStatus = Answer<'GET /v1/batches/{batch}'>;
export type BatchOptions = BatchStatus['options'];
export type Minute = BatchStatus['throughput']['minutes'][number];
export type JobFailure = BatchStatus['lastErrors'][number];
export type ControlState = Answer<'POST /v1/batches/{batch}/pause'>;
export type GroupsPage = Answer<'GET /v1/batches/{batch}/groups'>;
export type GroupStatus = GroupsPage['groups'][number];
export type PeekedItem = Answer<'GET /v1/batches/{batch}/peek'>['items'][number];
/** With its items, when they are asked for, and where those go on that did not fit into the answer. */
export type JobInfo = Answer<'GET /v1/jobs/{job}'>;
export type FlushReason = JobInfo['flushReason'];
export type JobItem = NonNullable<JobInfo['items']>[number];
export type Attempt = JobInfo['attempts'][number];
export type JobsPage = Answer<'GET /v1/batches/{batch}/jobs'>;
export type BatchMetrics = Answer<'GET /v1/batches/{batch}/metrics'>;
export type MetricPoint = BatchMetrics['points'][number];
export type JobLog = Answer<'GET /v1/jobs/{job}/log'>;
/** Something that an operator has done. */
export type OperatorAction = Answer<'GET /v1/actions'>['actions'][number];
export type DrainReport = Answer<'GET /v1/batches/{batch}/drain'>;
