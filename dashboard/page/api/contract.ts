import type { Span } from '../../../lib/control/metrics.ts';
import type { Answer as AnswerOfApi, ApiRoute, Input } from '../../../lib/operations/api.ts';
import type { ChartsAnswer } from './charts-answer.ts';

/* What the HTTP API is given and answers with, as its operations say: types alone. Times are ISO strings. */

export type { ApiRoute, Input, Span };

/** An answer of the page's server: the API's, but for charts that CloudWatch has. */
export type Answer<R extends ApiRoute> = R extends 'GET /v1/batches/{batch}/metrics'
  ? ChartsAnswer
  : AnswerOfApi<R>;

export type JobStatus = JobInfo['status'];
/** In the order in which they are told. The compiler wants all of them. */
const STATUSES: Readonly<Record<JobStatus, true>> = {
  active: true,
  waiting: true,
  retrying: true,
  parked: true,
  failed: true,
  dead: true,
  completed: true,
};
export const JOB_STATUSES = Object.keys(STATUSES) as JobStatus[];

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
export type BatchMetrics = ChartsAnswer;
export type MetricPoint = BatchMetrics['points'][number];
export type ItemPlace = Answer<'GET /v1/batches/{batch}/find'>['places'][number];
export type JobLog = Answer<'GET /v1/jobs/{job}/log'>;
/** Something that an operator has done. */
export type OperatorAction = Answer<'GET /v1/actions'>['actions'][number];
export type DrainReport = Answer<'GET /v1/batches/{batch}/drain'>;
