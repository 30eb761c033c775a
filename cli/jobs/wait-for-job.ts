import type { ApiClient } from '../api/api-client.ts';
import type { JobInfo } from '../api/api-types.ts';
import { Outage } from '../api/outage.ts';
import { ApiError, CLI_CODES, CommandError, InterruptedError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import type { Progress } from '../output/progress.ts';
import { shortId } from '../output/short-id.ts';

const POLL_MS = 1_000;

interface WaitOptions {
  readonly api: Pick<ApiClient, 'call'>;
  readonly io: Io;
  readonly progress: Progress;
}

/**
 * Waits until a job has ended. A job whose window is open has no record yet, and is waited for too.
 *
 * @param timeoutMs how long to wait, in milliseconds
 * @returns the job. It has not ended if the time was over before
 * @throws ApiError `job.unknown`; CommandError `cli.timed_out` if the window was not flushed in time; InterruptedError
 */
export async function waitForJob(
  { api, io, progress }: WaitOptions,
  id: string,
  timeoutMs: number,
): Promise<JobInfo> {
  const until = io.now() + timeoutMs;
  const outage = new Outage(io);
  let job: JobInfo | undefined;
  let isOpen = false;
  const look = async () => {
    try {
      job = await api.call('GET /v1/jobs/{job}', { job: id });
    } catch (error) {
      if (!isUnknown(error)) throw error;
      // read a window only once: it may be large, and an open one exists until its job has a record
      if (!isOpen && (await api.call('GET /v1/jobs/{job}/window', { job: id })).slots.length === 0)
        throw error;
      isOpen = true;
    }
    outage.answered();
  };
  try {
    for (;;) {
      await look().catch(error => outage.failed(error));
      if (job !== undefined && (ENDED.has(job.status) || io.now() >= until)) return job;
      if (io.now() >= until) throw notFlushed(id);
      progress.update(undefined, `job ${shortId(id)}: ${job?.status ?? 'not flushed yet'}`);
      await io.sleep(Math.min(POLL_MS, until - io.now()));
      if (io.interrupted.aborted) throw new InterruptedError(io.interrupted.reason);
    }
  } finally {
    progress.clear();
  }
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'dead']);

const isUnknown = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.code === 'job.unknown';

const notFlushed = (id: string): CommandError =>
  new CommandError(
    CLI_CODES.timedOut,
    EXIT.timedOut,
    `Job ${id} was not flushed in the time given. \`cistern flush\` flushes its batch; --timeout waits longer.`,
  );
