import { FLUSH_REASONS, type FlushReason } from '../definition/flush-reason.ts';

/** A stored flush reason; one of a later version that this one does not know is shown as `time`. */
export const toFlushReason = (stored: unknown): FlushReason =>
  FLUSH_REASONS.find(reason => reason === stored) ?? 'time';
