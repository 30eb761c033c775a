import type { BatchStatus, ControlState } from '../api/contract.ts';
import { lastMinute } from './last-minute.ts';

/** What a batch is doing, in one word. */
export type BatchState = 'enabled' | 'paused' | 'draining';

export function batchState({ paused, draining }: ControlState): BatchState {
  if (draining) return 'draining';
  return paused ? 'paused' : 'enabled';
}

/** When the first open buffer flushes for its age. Exact unless `quietMs` lets it flush earlier. */
export function nextDeadline({ buffers, options }: BatchStatus): string | undefined {
  if (buffers.oldestItemAt === undefined) return undefined;
  return new Date(Date.parse(buffers.oldestItemAt) + options.maxWaitMs).toISOString();
}

export interface Totals {
  readonly buffered: number;
  readonly waiting: number;
  readonly active: number;
  readonly retrying: number;
  readonly parked: number;
  readonly failed: number;
  /** What has happened in the last 60 seconds. */
  readonly lastMinute: ReturnType<typeof lastMinute>;
}

export function totals(batches: readonly BatchStatus[]): Totals {
  const sum = (of: (batch: BatchStatus) => number) => batches.reduce((all, batch) => all + of(batch), 0);
  return {
    buffered: sum(({ buffers }) => buffers.items),
    waiting: sum(({ jobs }) => jobs.waiting),
    active: sum(({ jobs }) => jobs.active),
    retrying: sum(({ jobs }) => jobs.retrying),
    parked: sum(({ jobs }) => jobs.parked),
    failed: sum(({ jobs }) => jobs.failed + jobs.dead),
    lastMinute: lastMinute(batches),
  };
}
