import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { FLUSH_METRICS } from '../telemetry/metrics.ts';
import type { WindowItems } from './job-items.ts';

/**
 * Measures a batch when its window is read for its first attempt. The consumer measures, since it meets every batch,
 * whichever process has sealed it.
 */
export function measureBatch(
  { measure }: Pick<Services, 'measure'>,
  job: Job,
  { items, dropped, bytes }: WindowItems,
): void {
  const { batch, attempts, redrives, reason, sealedAt, deadline, startedAt = sealedAt } = job;
  if (attempts > 1 || redrives > 0) return;
  measure(batch, {
    [FLUSH_METRICS[reason]]: 1,
    BatchSize: items.length,
    BatchBytes: bytes,
    ...(dropped > 0 && { ItemsDuplicate: dropped }),
    // clocks of two machines are compared here
    StartDelay: Math.max(0, startedAt - sealedAt),
    ...(reason === 'time' && { FlushLateness: Math.max(0, sealedAt - deadline) }),
  });
}
