import type { Receipt } from './buffer/items.ts';
import { bufferSize } from './control/buffer-size.ts';
import { type DrainReport, drain, reportDrain, startDrain } from './control/drain.ts';
import { assertFlushes, type FlushedJob, type FlushOptions, flush } from './control/flush.ts';
import { type ControlState, pause, type Resumed, resume } from './control/pause.ts';
import { type PeekOptions, type PeekPage, peek } from './control/peek.ts';
import { type BatchStatus, status } from './control/status.ts';
import type { JobInfo } from './definition/job-info.ts';
import type { Definition } from './definition/options.ts';
import { findJob, findJobs, type JobFilter, type JobPage } from './jobs/find-jobs.ts';
import { type JobItem, listItems } from './jobs/list-items.ts';
import { purge, redrive, redriveAll } from './jobs/redrive.ts';
import { type WaitOptions, waitForJob } from './jobs/wait-for.ts';
import type { LateMemory } from './memory/late-memory.ts';
import type { Services } from './store/services.ts';

/**
 * What can be asked of a batch and done with it, the same on every way in. Each may throw SettingsError
 * (`settings.missing`, `settings.invalid`) where the process does not know its deployment, NewerSchemaError
 * (`store.newer_schema`) where it meets what a later version has stored, and what the AWS SDK throws; each may be asked
 * again, whatever became of it.
 *
 * @typeParam T an item as the handler gets it, read back from its JSON
 * @typeParam R what the handler returned, read back from its JSON
 */
export interface BatchOperations<T = unknown, R = unknown> {
  /**
   * Flushes what is buffered: of one group, or every open buffer of the batch. With `persist: false` that is what this
   * process holds, and needs no right beside those of adding.
   *
   * @returns the jobs that it made
   * @throws BusyError `batch.paused` while the batch is paused, unless `force` is set
   * @throws CisternError `batch.not_sent` where items in memory have not reached their queue within 10 s; they are kept
   * @example await orders.flush('shop-1');
   */
  flush(group?: string, options?: Pick<FlushOptions, 'force'>): Promise<FlushedJob[]>;
  /**
   * Holds the batch back in all processes, within two seconds: nothing is flushed, no job begins, for as long as it
   * lasts. What runs goes on to its end. Items are still taken and stay buffered, unless `ingestion` is paused too. A
   * drain that is under way ends with it, as `timed_out`.
   *
   * @param options `ingestion`: whether adds are refused, with BusyError `batch.ingestion_paused`. Default `false`, also
   *   where it was paused before
   * @returns what holds from now on
   * @example await orders.pause({ ingestion: true });
   */
  pause(options?: { readonly ingestion?: boolean }): Promise<ControlState>;
  /**
   * Lets it go on, ingestion too: what is due or full is flushed at once, and jobs that were set aside run. A drain that
   * is under way ends with it, as `timed_out`.
   *
   * @returns what holds from now on; how many windows were flushed, and how many jobs sent on their way
   * @example const { flushed, unparked } = await orders.resume();
   */
  resume(): Promise<Resumed>;
  /**
   * Flushes all that is buffered, waits until no job is left, and leaves the batch paused. Items that are added
   * meanwhile are taken and stay buffered, unless ingestion was paused before. While a drain is under way it waits for
   * that one, and what it is given counts for nothing.
   *
   * @param options `timeoutMs`: milliseconds after which it gives up. Default 900,000; 1 to 604,800,000, seven days
   * @returns how it ended: `drained`, or `timed_out` with what is left. Failed and dead jobs have ended, and are counted;
   *   to have given up is no error
   * @throws RequestError `request.malformed` for a `timeoutMs` that cannot be
   * @example
   * await orders.pause({ ingestion: true });
   * const { state, failed, dead } = await orders.drain({ timeoutMs: 60_000 });
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /**
   * Begins a drain as `drain` does, without waiting for its end: the ticker ends it though nobody asks. While one is
   * under way it changes nothing.
   *
   * @param options as of `drain`
   * @returns how it stands, `draining` as a rule
   * @example
   * await orders.startDrain();
   * const { state, left } = await orders.reportDrain();
   */
  startDrain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /** How the drain stands that is under way, or the last one ended. @throws CisternError `batch.not_draining` */
  reportDrain(): Promise<DrainReport>;
  /**
   * Slots taken and not yet flushed: of one group exactly, or of the whole batch, as of a moment ago.
   * With `persist: false`: what this process holds.
   */
  getBufferSize(group?: string): Promise<number>;
  /**
   * Shows what is buffered and not yet flushed, a page at a time, and changes nothing. A look is no promise: items that it
   * shows may be flushed meanwhile. Slots that are reserved, and where nothing has landed, are skipped and counted.
   *
   * @param options `group`: which, where the batch has groups; `limit`: items, 1 to 500, default 50; `cursor`: of the page
   *   before
   * @returns items of one window, with the job that it becomes and when it is flushed at the latest; and the `cursor` of
   *   the next page where there is one. A page may have few items, or none, and yet a next
   * @throws RequestError `request.malformed` for options that cannot be, and for a batch with `persist: false`
   * @example const { items, deadline, cursor } = await clicks.peek({ group: 'example.com', limit: 10 });
   */
  peek(options?: PeekOptions): Promise<PeekPage<T>>;
  /**
   * How the batch stands: what it was asked, what is buffered, its jobs by status, what has completed in the last hour
   * by the minute, its last five failures. From bounded reads: beyond 2,000 buffers, 1,000 jobs that have not ended and
   * 10,000 of each kind that have, figures are lower bounds and marked `capped`. What has ended is as of five seconds
   * ago at the most.
   *
   * @example const { buffers, jobs } = await orders.status();
   */
  status(): Promise<BatchStatus>;
  /**
   * A job's record; undefined when there is none, or none any more, or it is of another batch.
   *
   * @example const job = await orders.getJob(receipt.job);
   */
  getJob(id: string): Promise<JobInfo<R> | undefined>;
  /**
   * A page of the batch's jobs, the latest first: by when they ended, or were sealed where they have not. The index that
   * they are found by may lag a moment.
   *
   * @param filter `status` and `group`: default all; `limit`: 1 to 500, default 50; `cursor`: of the page before
   * @returns the jobs, and the `cursor` of the next page where there is one. A page may have few jobs, or none, and yet
   *   a next
   * @throws RequestError `request.malformed` for a filter that cannot be
   * @example const { jobs, cursor } = await orders.getJobs({ status: 'dead', limit: 100 });
   */
  getJobs(filter?: JobFilter): Promise<JobPage<R>>;
  /** A job's items, and what has become of each. @throws JobError `job.unknown` */
  getJobItems(id: string): Promise<JobItem<T>[]>;
  /**
   * Has a failed or dead job run again, under its id, with the items that failed and all its attempts. On a paused batch
   * it waits.
   *
   * @returns its record, `waiting` as a rule
   * @throws JobError `job.unknown`, also for a job of another batch; `job.not_redrivable` for one that is neither failed
   *   nor dead, or has no items that could be read; `job.on_dead_pending` while its onDead has not returned
   * @example await orders.redrive(job.id);
   */
  redrive(id: string): Promise<JobInfo<R>>;
  /**
   * Redrives all failed and dead jobs of the batch.
   *
   * @returns how many. A job is left alone, and not counted, while its onDead has not returned, and where somebody else
   *   has redriven it meanwhile
   */
  redriveAll(): Promise<number>;
  /**
   * Takes an ended job's record and its items' content away. It cannot be taken back.
   *
   * @throws JobError `job.unknown`, also when it was purged before; `job.not_ended`
   * @example await orders.purge(job.id);
   */
  purge(id: string): Promise<void>;
  /**
   * Waits until a job has ended; by its id, or a receipt of one of its items.
   *
   * @param options `timeoutMs`: milliseconds, default 900,000; 0 to 604,800,000, seven days. `signal` ends it at once
   * @returns its record: completed, failed or dead
   * @throws RequestError `request.malformed` for options that cannot be; JobError `job.wait_timed_out`; the signal's
   *   reason when it is aborted
   * @example const { result } = await orders.waitFor(await orders.add(order));
   */
  waitFor(job: string | Pick<Receipt, 'job'>, options?: WaitOptions): Promise<JobInfo<R>>;
}

/** A batch's operations in a deployment. */
export function operationsOf<T, R = unknown>(
  { services, memory }: { readonly services: Services; readonly memory: LateMemory },
  definition: Definition,
): BatchOperations<T, R> {
  const { name, persist } = definition;
  const flushMemory = async () => {
    if (!persist) await memory.flushBatch(name, undefined, 'manual');
  };
  const operations: BatchOperations = {
    async flush(group, { force = false } = {}) {
      if (persist) return flush(services, definition, { group, force });
      // all that it needs of the table is what an add needs
      if (!force) await assertFlushes(services, definition);
      return memory.flushBatch(name, group, 'manual');
    },
    pause: options => pause(services, definition, options),
    resume: () => resume(services, definition),
    async drain({ timeoutMs } = {}) {
      await flushMemory();
      return drain(services, definition, { timeoutMs });
    },
    async startDrain({ timeoutMs } = {}) {
      await flushMemory();
      return startDrain(services, definition, { timeoutMs });
    },
    reportDrain: () => reportDrain(services, definition),
    getBufferSize: group => bufferSize({ services, memory }, definition, group),
    peek: options => peek(services, definition, options),
    status: () => status(services, definition),
    async getJob(id) {
      const job = await findJob(services, id);
      return job?.batch === name ? job : undefined;
    },
    getJobs: filter => findJobs(services, name, filter),
    getJobItems: id => listItems(services, definition, id),
    redrive: id => redrive(services, name, id),
    redriveAll: () => redriveAll(services, name),
    purge: id => purge(services, name, id),
    waitFor: (job, options) => waitForJob(services, typeof job === 'string' ? job : job.job, options),
  };
  // records do not know the types of their items and results; the definition that they were made from does
  return operations as BatchOperations<T, R>;
}
