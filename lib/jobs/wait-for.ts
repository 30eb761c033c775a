import { OPERATION_LIMITS } from '../control/operation-limits.ts';
import type { JobInfo } from '../definition/job-info.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError, RequestError } from '../errors.ts';
import { isEnded } from '../store/job.ts';
import type { Clock, Services } from '../store/services.ts';
import { toText } from '../telemetry/to-loggable.ts';
import { toJobInfo } from './job-info.ts';

const DEFAULT_TIMEOUT_MS = 900_000;
/** Pauses between two reads of the job: short at first, and then never longer than two seconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

export interface WaitOptions {
  /** Milliseconds after which it gives up: 0 to 604,800,000 (seven days). Default 900,000. */
  readonly timeoutMs?: number;
  /** Ends the wait when it is aborted. The promise then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Waits until a job has ended: completed, failed or dead. A job whose window is open yet is waited for too.
 *
 * @throws RequestError `request.malformed` for options that cannot be; JobError `job.wait_timed_out`; the signal's reason
 *   when it is aborted
 */
export async function waitForJob(
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  id: string,
  options: WaitOptions = {},
): Promise<JobInfo> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = checked(options);
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
    await sleep(clock, Math.min(pause, left), signal);
  }
}

/** @throws RequestError `request.malformed` */
function checked(options: WaitOptions): WaitOptions {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const { min, max } = OPERATION_LIMITS.waitTimeoutMs;
  const refuse = (what: string, allowed: string, given: unknown): never => {
    throw new RequestError(
      ERROR_CODES.requestMalformed,
      `${what} has to be ${allowed}; it was ${toText(given)}.`,
    );
  };
  if (!(typeof timeoutMs === 'number' && timeoutMs >= min && timeoutMs <= max)) {
    return refuse('timeoutMs', `a number of milliseconds from ${min} to ${max}`, timeoutMs);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    return refuse('signal', 'an AbortSignal', signal);
  }
  return options;
}

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
async function sleep(
  clock: Pick<Clock, 'sleep'>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal === undefined) return clock.sleep(ms);
  let stop = (): void => {};
  const aborted = new Promise<void>(resolve => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([clock.sleep(ms), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
