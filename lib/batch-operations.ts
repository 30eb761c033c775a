import type { Receipt } from './buffer/items.ts';
import { bufferSize } from './control/buffer-size.ts';
import type { ControlState } from './control/control-state.ts';
import { type DrainReport, drain, reportDrain, startDrain } from './control/drain.ts';
import { assertFlushes, type FlushedJob, type FlushOptions, flush } from './control/flush.ts';
import { pause } from './control/pause.ts';
import { type PeekOptions, type PeekPage, peek } from './control/peek.ts';
import { type Resumed, resume } from './control/resume.ts';
import { type BatchStatus, status } from './control/status.ts';
import type { JobInfo } from './definition/job-info.ts';
import type { Definition } from './definition/options.ts';
import {
  type ActedOn,
  type PurgeFilter,
  purgeJobs,
  type RedriveFilter,
  redriveJobs,
} from './jobs/act-on-jobs.ts';
import { findJob } from './jobs/existing-job.ts';
import { findJobs, type JobPage } from './jobs/find-jobs.ts';
import type { JobFilter } from './jobs/job-filter.ts';
import { type JobItem, listItems } from './jobs/list-items.ts';
import { purge } from './jobs/purge.ts';
import { redrive, redriveAll } from './jobs/redrive.ts';
import { type WaitOptions, waitForJob } from './jobs/wait-for.ts';
import type { LateMemory } from './memory/late-memory.ts';
import type { SealServices, Services } from './store/services.ts';

/**
 * The operations of a batch. HTTP, invocations and the command line have the same ones. Each operation may be repeated
 * after a failure. Each may throw SettingsError (`settings.missing`, `settings.invalid`) if the process does not know its
 * deployment, NewerSchemaError (`store.newer_schema`) if it reads a record of a later version, and the errors of the AWS
 * SDK.
 *
 * @typeParam T an item as the handler gets it, read back from its JSON
 * @typeParam R what the handler returned, read back from its JSON
 */
export interface BatchOperations<T = unknown, R = unknown> {
  /**
   * Flushes what is buffered: of one group, or of the whole batch. With `persist: false` it flushes what this process
   * holds, and needs no other rights than an add.
   *
   * @returns the jobs that it made
   * @throws BusyError `batch.paused` while the batch is paused, or if it is paused before all is flushed, unless `force` is set
   * @throws CisternError `batch.not_sent` where items in memory have not reached their queue within 10 s; they are kept
   * @example await orders.flush('shop-1');
   */
  flush(group?: string, options?: Pick<FlushOptions, 'force'>): Promise<FlushedJob[]>;
  /**
   * Pauses the batch. After at most two seconds no process flushes a window or begins a job. Running jobs go on to their
   * end. Items are still taken and stay buffered, unless `ingestion` is paused too. A drain that is under way ends as
   * `timed_out`.
   *
   * @param options `ingestion`: whether adds are refused, with BusyError `batch.ingestion_paused`. Default `false`, also
   *   if ingestion was paused before
   * @returns the state of the batch after it
   * @example await orders.pause({ ingestion: true });
   */
  pause(options?: { readonly ingestion?: boolean }): Promise<ControlState>;
  /**
   * Lets a paused batch go on, and its ingestion too. Due and full windows are flushed at once, and parked jobs run. A
   * drain that is under way ends as `timed_out`.
   *
   * @returns the state of the batch after it, the number of windows that were flushed, and the number of jobs that run
   * @example const { flushed, unparked } = await orders.resume();
   */
  resume(): Promise<Resumed>;
  /**
   * Flushes all that is buffered, waits until no job is left, and leaves the batch paused. Items that are added
   * meanwhile are taken and stay buffered, unless ingestion was paused before. If a drain is under way already, it waits
   * for that one and ignores its own options.
   *
   * @param options `timeoutMs`: milliseconds after which it gives up. Default 900,000; 1 to 604,800,000, seven days
   * @returns how the drain ended: `drained`, or `timed_out` with what is left, which is no error. Failed and dead jobs have
   *   ended, and are counted
   * @throws RequestError `request.malformed` for a `timeoutMs` that is not allowed
   * @example
   * await orders.pause({ ingestion: true });
   * const { state, failed, dead } = await orders.drain({ timeoutMs: 60_000 });
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /**
   * Begins a drain, and does not wait for its end. The ticker completes the drain. If a drain is under way already, nothing
   * changes.
   *
   * @param options as of `drain`
   * @returns the status of the drain, `draining` as a rule
   * @example
   * await orders.startDrain();
   * const { state, left } = await orders.reportDrain();
   */
  startDrain(options?: { readonly timeoutMs?: number }): Promise<DrainReport>;
  /** Returns the status of the current or the last drain. @throws CisternError `batch.not_draining` if there was none */
  reportDrain(): Promise<DrainReport>;
  /**
   * Returns the number of slots that are taken and not yet flushed. The number of one group is exact. That of the whole
   * batch may lag a moment. With `persist: false` it is the number of items that this process holds.
   */
  getBufferSize(group?: string): Promise<number>;
  /**
   * Returns items that are buffered and not yet flushed, a page at a time. It changes nothing. Items that it returns may
   * be flushed meanwhile. Slots that are reserved and still empty are skipped and counted.
   *
   * @param options `group`: needed if the batch has groups; `limit`: items, 1 to 500, default 50; `cursor`: of the page
   *   before
   * @returns items of one window, the job that it becomes, its deadline, and the `cursor` of the next page if there is one.
   *   A page may have few items, or none, although there is a next one
   * @throws RequestError `request.malformed` for options that are not allowed, and for a batch with `persist: false`
   * @example const { items, deadline, cursor } = await clicks.peek({ group: 'example.com', limit: 10 });
   */
  peek(options?: PeekOptions): Promise<PeekPage<T>>;
  /**
   * Returns the state of the batch: paused or not, what is buffered, its jobs by status, what has completed in each minute
   * of the last hour, and its last five failures. Reads are bounded. Beyond 2,000 buffers, 1,000 open jobs and 10,000 ended
   * ones of each status, figures are lower bounds and marked `capped`. Figures of ended jobs may be five seconds old.
   *
   * @example const { buffers, jobs } = await orders.status();
   */
  status(): Promise<BatchStatus>;
  /**
   * Returns a job's record. It is undefined if there is no such job, if the record has expired, or if the job is of another
   * batch.
   *
   * @example const job = await orders.getJob(receipt.job);
   */
  getJob(id: string): Promise<JobInfo<R> | undefined>;
  /**
   * Returns a page of the batch's jobs, the latest first: by the time at which they ended. Jobs that have not ended come before
   * these as a rule. The index of jobs may lag a moment.
   *
   * @param filter `status`, `group`, `reason`, `tag`, `error`, `id`, `since`, `until`: default all; `limit`: 1 to 500,
   *   default 50; `cursor`: of the page before. A page looks at 2,000 jobs at the most
   * @returns the jobs, and the `cursor` of the next page if there is one. A page may have few jobs, or none, although there
   *   is a next one
   * @throws RequestError `request.malformed` for a filter that is not allowed
   * @example const { jobs, cursor } = await orders.getJobs({ status: 'dead', limit: 100 });
   */
  getJobs(filter?: JobFilter): Promise<JobPage<R>>;
  /** Returns a job's items, with the state of each. @throws JobError `job.unknown` */
  getJobItems(id: string): Promise<JobItem<T>[]>;
  /**
   * Runs a failed or dead job again, with the same id, with the items that failed, and with all attempts. On a paused batch
   * the job waits.
   *
   * @returns the job's record, `waiting` as a rule
   * @throws JobError `job.unknown`, also for a job of another batch; `job.not_redrivable` for one that is neither failed
   *   nor dead, or has no items that could be read; `job.on_dead_pending` while its onDead has not returned
   * @example await orders.redrive(job.id);
   */
  redrive(id: string): Promise<JobInfo<R>>;
  /**
   * Redrives all failed and dead jobs of the batch.
   *
   * @returns the number of jobs. It leaves out jobs whose onDead has not returned, and jobs that another process has
   *   redriven meanwhile
   */
  redriveAll(): Promise<number>;
  /**
   * Redrives a page of the batch's failed and dead jobs. Ask again with its `cursor` for the next page. A job that fails
   * again meanwhile is on no later page.
   *
   * @param filter which jobs, as for `getJobs`
   * @returns the number of jobs that run again, those that were refused or for which it failed, and the `cursor` of the
   *   next page
   * @throws RequestError `request.malformed` for a filter that is not allowed
   * @example
   * let cursor: string | undefined;
   * do ({ cursor } = await orders.redriveJobs({ error: 'ECONNREFUSED', limit: 100, cursor }));
   * while (cursor !== undefined);
   */
  redriveJobs(filter: RedriveFilter): Promise<ActedOn>;
  /**
   * Deletes an ended job's record and the content of its items. This cannot be undone.
   *
   * @throws JobError `job.unknown`, also when it was purged before; `job.not_ended`
   * @example await orders.purge(job.id);
   */
  purge(id: string): Promise<void>;
  /**
   * Deletes a page of the batch's ended jobs, as `purge` does. Ask again with its `cursor` for the next page.
   *
   * @param filter `status`, and which jobs of it, as for `getJobs`
   * @returns the number of jobs that are gone, those that were refused or for which it failed, and the `cursor` of the
   *   next page
   * @throws RequestError `request.malformed` for a filter that is not allowed
   * @example const { done, cursor } = await orders.purgeJobs({ status: 'dead', until: new Date('2026-03-01') });
   */
  purgeJobs(filter: PurgeFilter): Promise<ActedOn>;
  /**
   * Waits until a job has ended. It takes the job's id, or a receipt of one of its items.
   *
   * @param options `timeoutMs`: milliseconds, default 900,000; 0 to 604,800,000, seven days. `signal` ends it at once
   * @returns its record: completed, failed or dead
   * @throws RequestError `request.malformed` for options that are not allowed; JobError `job.wait_timed_out`; the signal's
   *   reason when it is aborted
   * @example const { result } = await orders.waitFor(await orders.add(order));
   */
  waitFor(job: string | Pick<Receipt, 'job'>, options?: WaitOptions): Promise<JobInfo<R>>;
}

/** A batch's operations in a deployment. */
export function operationsOf<T, R = unknown>(
  {
    services,
    memory,
  }: { readonly services: SealServices & Pick<Services, 'remember'>; readonly memory: LateMemory },
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
    redriveJobs: filter => redriveJobs(services, name, filter),
    purge: id => purge(services, name, id),
    purgeJobs: filter => purgeJobs(services, name, filter),
    waitFor: (job, options) => waitForJob(services, typeof job === 'string' ? job : job.job, options),
  };
  // records do not know the types of their items and results; the definition that they were made from does
  return operations as BatchOperations<T, R>;
}
