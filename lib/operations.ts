import type { Receipt } from './buffer/items.ts';
import { bufferSize } from './control/buffer-size.ts';
import { type DrainReport, drain, reportDrain, startDrain } from './control/drain.ts';
import { type FlushedJob, type FlushOptions, flush } from './control/flush.ts';
import { type ControlState, pause, type Resumed, resume } from './control/pause.ts';
import { type BatchStatus, status } from './control/status.ts';
import type { JobInfo } from './definition/job-info.ts';
import type { Definition } from './definition/options.ts';
import type { Deployment } from './deployment/deployment.ts';
import { findJob, findJobs, type JobFilter, type JobPage } from './jobs/find-jobs.ts';
import { type JobItem, listItems } from './jobs/list-items.ts';
import { purge, redrive, redriveAll } from './jobs/redrive.ts';
import { type WaitOptions, waitForJob } from './jobs/wait-for.ts';

/** What can be asked of a batch and done with it, the same on every way in. */
export interface BatchOperations<T = unknown> {
  /**
   * Flushes what is buffered: of one group, or every open buffer of the batch.
   *
   * @returns the jobs that it made
   * @throws BusyError `batch.paused` while the batch is paused, unless `force` is set
   * @example await orders.flush('shop-1');
   */
  flush(group?: string, options?: Pick<FlushOptions, 'force'>): Promise<FlushedJob[]>;
  /**
   * Holds the batch back in all processes, within a second or two: nothing is flushed or run. Items are still taken
   * and stay buffered, unless `ingestion` is paused too.
   */
  pause(options?: { readonly ingestion?: boolean }): Promise<ControlState>;
  /** Lets it go on: what is due or full is flushed at once, and jobs that were set aside run. */
  resume(): Promise<Resumed>;
  /**
   * Flushes all that is buffered, waits until no job is left, and leaves the batch paused. Items that are added
   * meanwhile stay buffered.
   *
   * @param options `timeoutMs`: when it gives up. Default 900,000
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /** Begins a drain without waiting for its end. */
  startDrain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /** How the drain stands that is under way, or the last one ended. @throws CisternError `batch.not_draining` */
  reportDrain(): Promise<DrainReport>;
  /**
   * Slots taken and not yet flushed: of one group exactly, or of the whole batch, as of a moment ago.
   * With `persist: false`: what this process holds.
   */
  getBufferSize(group?: string): Promise<number>;
  /** How the batch stands. */
  status(): Promise<BatchStatus>;
  /** A job's record; undefined when there is none, or none any more. */
  getJob(id: string): Promise<JobInfo | undefined>;
  /** The batch's jobs, the latest first. @throws RequestError `request.malformed` for a filter that cannot be */
  getJobs(filter?: JobFilter): Promise<JobPage>;
  /** A job's items, and what has become of each. @throws JobError `job.unknown` */
  getJobItems(id: string): Promise<JobItem<T>[]>;
  /**
   * Has a failed or dead job run again, with the items that failed and all its attempts.
   * @throws JobError `job.unknown`, `job.not_redrivable`
   */
  redrive(id: string): Promise<JobInfo>;
  /** Redrives all failed and dead jobs of the batch. Returns how many. */
  redriveAll(): Promise<number>;
  /** Takes an ended job's record and its items' content away. @throws JobError `job.unknown`, `job.not_ended` */
  purge(id: string): Promise<void>;
  /**
   * Waits until a job has ended; by its id, or a receipt of one of its items.
   *
   * @throws JobError `job.wait_timed_out`
   * @example const { result } = await orders.waitFor(await orders.add(order));
   */
  waitFor(job: string | Pick<Receipt, 'job'>, options?: WaitOptions): Promise<JobInfo>;
}

/** A batch's operations in a deployment. */
export function operationsOf<T>(
  { services, memory }: Pick<Deployment, 'services' | 'memory'>,
  definition: Definition,
): BatchOperations<T> {
  const { name, persist } = definition;
  const flushMemory = async (group?: string): Promise<FlushedJob[]> =>
    persist ? [] : memory.flushBatch(name, group, 'manual');
  return {
    async flush(group, options) {
      const jobs = await flush(services, definition, { ...options, group });
      return [...jobs, ...(await flushMemory(group))];
    },
    pause: options => pause(services, definition, options),
    resume: () => resume(services, definition),
    async drain(options) {
      await flushMemory();
      return drain(services, definition, options);
    },
    async startDrain(options) {
      await flushMemory();
      return startDrain(services, definition, options);
    },
    reportDrain: () => reportDrain(services, definition),
    getBufferSize: group => bufferSize({ services, memory }, definition, group),
    status: () => status(services, definition),
    async getJob(id) {
      const job = await findJob(services, id);
      return job?.batch === name ? job : undefined;
    },
    getJobs: filter => findJobs(services, name, filter),
    getJobItems: id => listItems(services, definition, id) as Promise<JobItem<T>[]>,
    redrive: id => redrive(services, name, id),
    redriveAll: () => redriveAll(services, name),
    purge: id => purge(services, name, id),
    waitFor: (job, options) => waitForJob(services, typeof job === 'string' ? job : job.job, options),
  };
}
