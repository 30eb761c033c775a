export { type Batch, batch } from './batch.ts';
export type { BatchOperations } from './batch-operations.ts';
export type { Receipt } from './buffer/items.ts';
export type { ControlState } from './control/control-state.ts';
export type { DrainReport } from './control/drain.ts';
export type { FlushedJob } from './control/flush.ts';
export type { PeekedItem, PeekOptions, PeekPage } from './control/peek.ts';
export type { Resumed } from './control/resume.ts';
export type { BatchStatus } from './control/status.ts';
export type { BatchContext, EndedJob, FailOptions, Log, LogLevel } from './definition/context.ts';
export type { BatchEvent } from './definition/events.ts';
export { FLUSH_REASONS, type FlushReason } from './definition/flush-reason.ts';
export {
  ATTEMPT_OUTCOMES,
  type AttemptInfo,
  type AttemptOutcome,
  JOB_STATUSES,
  type JobErrorInfo,
  type JobInfo,
  type JobStatus,
} from './definition/job-info.ts';
export type { JsonValue, Stored } from './definition/json.ts';
export type {
  AnyDefinition,
  BatchOptions,
  DeadLetterOptions,
  DedupKeep,
  DedupOptions,
  Definition,
  GroupLimits,
  Handler,
  Hooks,
  LazyHandler,
  RetentionOptions,
  ThrottleOptions,
} from './definition/options.ts';
export type { RetryOptions } from './definition/retries.ts';
export { NonRetriableError, RetryAfterError } from './definition/steering.ts';
export { close, configure, flushOnInvocationEnd } from './deployment/current.ts';
export type { Deployment } from './deployment/deployment.ts';
export type { Settings } from './deployment/settings.ts';
export * as ERROR_CODES from './error-codes.ts';
export {
  BusyError,
  CisternError,
  DefinitionError,
  type ErrorCode,
  ItemError,
  JobError,
  NewerSchemaError,
  RequestError,
  SettingsError,
  UnknownBatchError,
} from './errors.ts';
export type { ActedOn, PurgeFilter, RedriveFilter } from './jobs/act-on-jobs.ts';
export type { JobPage } from './jobs/find-jobs.ts';
export type { JobFilter } from './jobs/job-filter.ts';
export type { JobItem } from './jobs/list-items.ts';
export type { WaitOptions } from './jobs/wait-for.ts';
export { AddIncompleteError } from './producer/add-incomplete-error.ts';
export { StoreThrottledError } from './store/store-throttled-error.ts';
