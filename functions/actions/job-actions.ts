import { cut } from '#lib/cut';
import type { JobInfo } from '#lib/definition/job-info';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { JobError } from '#lib/errors';
import type { JobPage } from '#lib/jobs/find-jobs';
import { existingJob } from '#lib/jobs/find-jobs';
import { toJobInfo } from '#lib/jobs/job-info';
import type { JobItem } from '#lib/jobs/list-items';
import { lookAtWindow, type SlotView } from '#lib/jobs/look-at-window';
import { limitsOf } from '#lib/producer/limits-of';
import type { Job } from '#lib/store/records';
import type { Context } from '../context.ts';
import { type JobFilterInput, type JobView, PAGE, type WindowFilter } from '../schemas/inputs.ts';
import { operationsOn } from './batch-actions.ts';

/*
 * What operators ask of jobs, by their ids: the same over HTTP and by direct invocation. A job's record says which
 * batch it is of; what is done to it wants that batch's definition (UnknownBatchError).
 */

/**
 * Bytes of JSON in an answer, at the most about. Lambda answers with 6 MB, in which the body is a JSON string with
 * its quotes escaped, which may double it.
 */
const MAX_ANSWER_BYTES = 2_500_000;

/** Job ids are UUIDs; what is none is no key of the table either. */
const JOB_ID = /^[\w-]{1,64}$/;

/** @throws JobError `job.unknown` */
async function jobInfo({ deployment }: Context, id: string): Promise<JobInfo> {
  if (JOB_ID.test(id)) return toJobInfo(await existingJob(deployment.services, id));
  throw new JobError(ERROR_CODES.jobUnknown, `There is no job ${JSON.stringify(cut(id, 100))}.`);
}

/** A job with its items, as many as fit into an answer. */
export interface JobWithItems extends JobInfo {
  readonly items?: readonly JobItem[];
  /** Where the items go on that did not fit. */
  readonly nextItem?: number;
}

/** @throws JobError `job.unknown` */
export async function showJob(
  context: Context,
  id: string,
  { items: wanted = false, from = 0 }: JobView,
): Promise<JobWithItems> {
  const job = await jobInfo(context, id);
  if (!wanted) return job;
  const all = await operationsOn(context, job.batch).getJobItems(id);
  const items: JobItem[] = [];
  let bytes = 0;
  for (const item of all.filter(({ index }) => index >= from)) {
    bytes += bytesOf(item);
    // one item always fits
    if (bytes > MAX_ANSWER_BYTES && items.length > 0) return { ...job, items, nextItem: item.index };
    items.push(item);
  }
  return { ...job, items };
}

/** A window's slots, as many as fit into an answer, and its job where it has been flushed. */
export interface WindowPage {
  readonly id: string;
  /** Absent while the window is open, and once its record has expired or was purged. */
  readonly job?: JobInfo;
  /** The bound of its group, by the definition as it is now. */
  readonly maxSize?: number;
  readonly slots: readonly SlotView[];
  /** Where the slots go on that did not fit. */
  readonly nextSlot?: number;
}

/** The window whose job has, or will have, an id: what receipts speak of. One that nobody has written to has no slots. */
export async function showWindow(
  { deployment, definitions }: Context,
  id: string,
  { from = 0 }: WindowFilter,
): Promise<WindowPage> {
  if (!JOB_ID.test(id)) return { id: cut(id, 100), slots: [] };
  const { job, slots: all } = await lookAtWindow(deployment.services, id);
  const page = {
    id,
    ...(job && { job: toJobInfo(job) }),
    ...boundOf(definitions, job),
  };
  const slots: SlotView[] = [];
  let bytes = 0;
  for (const view of all.slice(from)) {
    bytes += bytesOf(view);
    // one slot always fits
    if (bytes > MAX_ANSWER_BYTES && slots.length > 0) return { ...page, slots, nextSlot: view.slot };
    slots.push(view);
  }
  return { ...page, slots };
}

function boundOf(definitions: readonly Definition[], job: Pick<Job, 'batch' | 'group'> | undefined) {
  const definition = definitions.find(({ name }) => name === job?.batch);
  try {
    return definition && { maxSize: limitsOf(definition, job?.group).maxSize };
  } catch {
    // its `limits` no longer answers for this group: then nothing is said of it
    return undefined;
  }
}

/** A page of a batch's jobs, shorter than asked for where it would not fit into an answer. */
export async function listJobs(context: Context, batch: string, filter: JobFilterInput): Promise<JobPage> {
  const operations = operationsOn(context, batch);
  for (let limit = filter.limit ?? PAGE.default; ; limit = Math.ceil(limit / 2)) {
    const page = await operations.getJobs({ ...filter, limit });
    if (limit === 1 || bytesOf(page) <= MAX_ANSWER_BYTES) return page;
  }
}

/** @throws JobError `job.unknown`, `job.not_redrivable` */
export async function redriveJob(context: Context, id: string): Promise<JobInfo> {
  const { batch } = await jobInfo(context, id);
  return operationsOn(context, batch).redrive(id);
}

/** @throws JobError `job.unknown`, `job.not_ended` */
export async function purgeJob(context: Context, id: string): Promise<{ readonly purged: string }> {
  const { batch } = await jobInfo(context, id);
  await operationsOn(context, batch).purge(id);
  return { purged: id };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
