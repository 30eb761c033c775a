/**
 * Why a window was sealed: it was full (`size`), its deadline had passed (`time`), its items had reached maxBytes
 * (`bytes`), no item had come for quietMs (`quiet`), an urgent item came (`urgent`), an operator flushed it (`manual`) or
 * drained the batch (`drain`). With `persist: false` also: the process ended (`shutdown`), or the Lambda invocation did
 * (`invocation`).
 */
export const FLUSH_REASONS = [
  'size',
  'time',
  'bytes',
  'quiet',
  'urgent',
  'manual',
  'drain',
  'shutdown',
  'invocation',
] as const;

export type FlushReason = (typeof FLUSH_REASONS)[number];
