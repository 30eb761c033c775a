import { jobId } from '#lib/buffer/job-id';
import type { BufferKey } from '#lib/store/buffer-key';
import type { Head } from '#lib/store/head';
import type { Process } from '../world/process.ts';
import { DEPLOYMENT } from '../world/world.ts';

/** A writer that has filled the open window of a head, or has taken the first slots behind it: it has to have it sealed. */
export interface FullDuty {
  readonly job: string;
  readonly batch: string;
  readonly at: number;
  readonly by: Process;
  /** Windows of the head that were sealed and not yet known to be in SQS. */
  readonly underWay: number;
}

/** What was seen of full windows. */
export class FullWindows {
  /** When the last slot of a window was taken, by its job. */
  readonly from = new Map<string, number>();
  readonly duties: FullDuty[] = [];

  /** A head has changed. @param change when, and whose request it was */
  head(
    buffer: BufferKey,
    before: Head | undefined,
    { epoch, base, next, window, open, pending }: Head,
    { at, by }: { readonly at: number; readonly by: Process | undefined },
  ): void {
    if (open === undefined) return;
    const jobOf = (number: number): string => jobId(DEPLOYMENT, buffer, epoch, number);
    const full = Math.floor((next - base) / open.cap);
    for (let number = window; number < window + full; number++) {
      const job = jobOf(number);
      if (!this.from.has(job)) this.from.set(job, at);
    }
    const first = (before?.epoch === epoch ? before.next : 0) - base;
    const isTaken = first < next - base;
    if (by === undefined || !isTaken || first > open.cap || full === 0) return;
    this.duties.push({ job: jobOf(window), batch: buffer.batch, at, by, underWay: pending.length });
  }
}
