import type { BatchEvent } from '#lib/definition/events';
import type { JobStatus } from '#lib/definition/job-info';
import type { Answer, ApiRoute, Input } from '#lib/operations/api';

/*
 * The types of the API's requests and answers, from its operations. An absent group means no group. The empty string is a
 * group.
 */

export type { Answer, ApiRoute, BatchEvent, Input };

export type Batches = Answer<'GET /v1/batches'>;
export type BatchStatus = Answer<'GET /v1/batches/{batch}'>;
export type ControlState = Answer<'POST /v1/batches/{batch}/pause'>;
export type GroupsPage = Answer<'GET /v1/batches/{batch}/groups'>;
export type GroupStatus = GroupsPage['groups'][number];
export type PeekPage = Answer<'GET /v1/batches/{batch}/peek'>;
export type AddAnswer = Answer<'POST /v1/batches/{batch}/items'>;
export type Receipt = AddAnswer['receipts'][number];
export type FlushAnswer = Answer<'POST /v1/batches/{batch}/flush'>;
export type DrainReport = Answer<'GET /v1/batches/{batch}/drain'>;
export type ActionsPage = Answer<'GET /v1/actions'>;
export type ErrorsAnswer = Answer<'GET /v1/batches/{batch}/errors'>;
export type JobLog = Answer<'GET /v1/jobs/{job}/log'>;
export type FoundItem = Answer<'GET /v1/batches/{batch}/find'>;
export type JobsPage = Answer<'GET /v1/batches/{batch}/jobs'>;
export type JobInfo = JobsPage['jobs'][number];
/** It has items if they are asked for. If they do not all fit, the next answer goes on from `nextItem`. */
export type JobWithItems = Answer<'GET /v1/jobs/{job}'>;
/** A window, slot by slot. If the slots do not all fit, the next answer goes on from `nextSlot`. */
export type WindowPage = Answer<'GET /v1/jobs/{job}/window'>;
export type SlotView = WindowPage['slots'][number];

/** All statuses, in the order in which they are shown. The compiler rejects a missing one. */
const SHOWN: Readonly<Record<JobStatus, true>> = {
  waiting: true,
  active: true,
  retrying: true,
  parked: true,
  completed: true,
  failed: true,
  dead: true,
};
export const JOB_STATUSES = Object.keys(SHOWN) as readonly JobStatus[];
