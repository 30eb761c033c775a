import type { BatchEvent } from '#lib/definition/events';
import type { JobStatus } from '#lib/definition/job-info';
import type { Answer, ApiRoute, Input } from '#lib/operations/api';

/*
 * What the API is given and answers with, as its operations say: types alone. A group that is absent is no group, and the
 * empty string is one.
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
export type JobsPage = Answer<'GET /v1/batches/{batch}/jobs'>;
export type JobInfo = JobsPage['jobs'][number];
/** The items are there when they are asked for, from `nextItem` on in another answer where they did not all fit. */
export type JobWithItems = Answer<'GET /v1/jobs/{job}'>;
/** A window slot by slot, from `nextSlot` on in another answer where they did not all fit. */
export type WindowPage = Answer<'GET /v1/jobs/{job}/window'>;
export type SlotView = WindowPage['slots'][number];

/** In the order in which they are shown; the compiler sees to it that none is missing. */
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
