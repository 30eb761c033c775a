import type { BatchStatus } from '../api/contract.ts';

type Figures = BatchStatus['throughput']['lastMinute'];

/** What has happened in the last 60 seconds, of all these batches taken together. `added` is absent where it is not counted. */
export function lastMinute(batches: readonly BatchStatus[]): Figures {
  const all = batches.map(({ throughput }) => throughput.lastMinute);
  const sum = (of: (figures: Figures) => number) => all.reduce((total, figures) => total + of(figures), 0);
  return {
    ...(all.some(({ added }) => added !== undefined) && { added: sum(({ added = 0 }) => added) }),
    flushed: sum(({ flushed }) => flushed),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    failedAttempts: sum(({ failedAttempts }) => failedAttempts),
  };
}
