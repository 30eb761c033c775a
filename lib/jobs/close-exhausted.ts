import type { Definition } from '../definition/options.ts';
import type { RunEnd } from '../store/job-ports.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { died, withAttempt } from './attempt-log.ts';
import { callHook, toEndedJob } from './hooks.ts';
import { handlerItems, unsettled } from './job-items.ts';
import { keepItems, storeInline } from './keep-items.ts';
import { afterEnd, failedEnd } from './settle.ts';
import { fromErrorRecord } from './to-error.ts';

/**
 * Ends a job whose attempts are used up and whose last one never said how it ended: its process died, was killed, or
 * its handler did not return after it had timed out.
 *
 * @returns false when somebody else runs or has ended it
 */
export async function closeExhausted(
  services: Services,
  definition: Definition | undefined,
  job: Job,
  message: JobMessage,
): Promise<boolean> {
  const now = services.clock.now();
  const runs = withAttempt(job);
  const last = runs.at(-1);
  const unreported = last !== job.runs.at(-1);
  const error = (unreported ? last?.error : job.error) ?? died(job.attempts);
  const end: RunEnd = { ...failedEnd(job, definition, now), runs, error };
  if (job.prepared?.under === undefined) await storeInline(services, job.id, message);
  await keepItems(services, job, now + (end.keepMs ?? 0));
  if (!(await services.store.jobs.close(job.id, end))) return false;
  await afterEnd(services, definition, job, end);
  const onFail = definition?.hooks.onFail;
  if (onFail && unreported) {
    await callHook(services, job.id, 'onFail', async () => {
      const items = unsettled(job, await handlerItems(services, job));
      const ended = { ...job, ...end, left: end.left ?? job.left, finishedAt: now } as Job;
      return onFail(
        toEndedJob(
          ended,
          items.map(({ item }) => item),
        ),
        fromErrorRecord(error),
      );
    });
  }
  return true;
}
