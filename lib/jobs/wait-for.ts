import type { JobInfo } from '../definition/job-info.ts';
import { ERROR_CODES, JobError } from '../errors.ts';
import { isEnded } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { toJobInfo } from './job-info.ts';

const DEFAULT_TIMEOUT_MS = 900_000;
/** Pauses between two looks: short at first, and then never longer than two seconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

export interface WaitOptions {
  /** Milliseconds after which it gives up. Default 900,000. */
  readonly timeoutMs?: number;
  /** Gives up when it is aborted, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Waits until a job has ended: completed, failed or dead. A job whose window is open yet is waited for too.
 *
 * @throws JobError `job.wait_timed_out`; the signal's reason when it is aborted
 */
export async function waitForJob(
  { store, clock }: Services,
  id: string,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: WaitOptions = {},
): Promise<JobInfo> {
  const until = clock.now() + timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    signal?.throwIfAborted();
    const job = await store.jobs.readJob(id);
    if (job && isEnded(job)) return toJobInfo(job);
    const left = until - clock.now();
    if (left <= 0) {
      throw new JobError(
        ERROR_CODES.jobWaitTimedOut,
        `Job ${id} has not ended within ${timeoutMs} ms: it is ${job?.status ?? 'still gathering'}.`,
        { details: { job: id, status: job?.status, timeoutMs } },
      );
    }
    await clock.sleep(Math.min(pause, left));
  }
}
