export { type Batch, batch } from './batch.ts';
export type { Receipt } from './buffer/items.ts';
export { FLUSH_REASONS, type FlushReason } from './definition/flush-reason.ts';
export type { BatchContext, BatchOptions, Definition, Handler, LazyHandler } from './definition/options.ts';
export { close, configure } from './deployment/current.ts';
export type { Deployment } from './deployment/deployment.ts';
export type { Settings } from './deployment/settings.ts';
export {
  CisternError,
  DefinitionError,
  ERROR_CODES,
  type ErrorCode,
  ItemError,
  RequestError,
  SettingsError,
  UnknownBatchError,
} from './errors.ts';
export { AddIncompleteError } from './producer/add-incomplete-error.ts';
