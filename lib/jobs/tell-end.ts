import type { AttemptOutcome } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import type { Job } from '../store/job.ts';
import type { EndServices, Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { afterEnd } from './after-end.ts';
import type { Ending } from './end-of.ts';
import { callHook, toEndedJob } from './hooks.ts';
import { toJobInfo } from './job-info.ts';
import type { NumberedItem } from './job-items.ts';

/**
 * Reports the end of an attempt to the log, the event bus and the hooks, once the end is stored.
 *
 * @param job the job as it is after the end
 */
export async function tellEnd(
  services: EndServices,
  definition: Definition,
  job: Job,
  { outcome = 'failed', error }: Pick<Ending, 'outcome' | 'error'>,
  { given, value }: { readonly given: readonly NumberedItem[]; readonly value: unknown },
): Promise<void> {
  noteEnd(services, definition, job, outcome);
  await afterEnd(services, definition, job);
  const { onSuccess, onFail } = definition.hooks;
  if (onSuccess === undefined && onFail === undefined) return;
  const ended = toEndedJob(
    { ...job, maxAttempts: definition.retries.max + 1 },
    given.map(({ item }) => item),
  );
  if (job.status === 'completed' && onSuccess && given.length > 0) {
    await callHook(services, job.id, 'onSuccess', () => onSuccess(ended, value));
  }
  if (error && onFail) await callHook(services, job.id, 'onFail', () => onFail(ended, error));
}

/** Writes one line to the log for each attempt, however it ended. */
function noteEnd(
  { note }: Pick<Services, 'note'>,
  { retries }: Definition,
  job: Job,
  outcome: AttemptOutcome,
): void {
  const { status, reason, statusChangedAt, startedAt = statusChangedAt, notBefore = statusChangedAt } = job;
  note({
    ...aboutJob(job),
    level: outcome === 'succeeded' ? 'info' : 'warn',
    message: `attempt ${job.attempts} of ${retries.max + 1} ${outcome}`,
    data: {
      status,
      reason,
      items: job.items ?? job.count,
      failedItems: toJobInfo(job).counts.left ?? job.count,
      durationMs: statusChangedAt - startedAt,
      ...(status === 'retrying' && { nextAttemptInMs: notBefore - statusChangedAt }),
    },
  });
}
