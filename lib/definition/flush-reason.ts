/**
 * Why a window was sealed: it was full (`size`), its time was up (`time`), its items came to maxBytes (`bytes`),
 * nothing had come for quietMs (`quiet`), an urgent item came (`urgent`), somebody asked for it (`manual`) or for
 * everything (`drain`); for `persist: false` also the end of the process (`shutdown`) or of the Lambda invocation
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
