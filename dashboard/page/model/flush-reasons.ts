import type { FlushReason } from '../api/contract.ts';

/** Why a buffer was flushed, as a sentence goes on after `Flushed`. The compiler wants all reasons of the API. */
export const REASONS: Readonly<Record<FlushReason, string>> = {
  size: 'when it was full',
  time: 'at its deadline',
  bytes: 'for its bytes',
  quiet: 'after a quiet time',
  urgent: 'for an urgent item',
  manual: 'by hand',
  drain: 'by a drain',
  shutdown: 'at a shutdown',
  invocation: 'with its invocation',
};

export const FLUSH_REASONS = Object.keys(REASONS) as FlushReason[];
