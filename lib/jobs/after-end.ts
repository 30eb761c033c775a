import type { Definition } from '../definition/options.ts';
import type { ErrorRecord, Job } from '../store/job.ts';
import type { EndServices, Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { toJobInfo } from './job-info.ts';
import { wakeNext } from './order.ts';

/**
 * Does what follows a stored end: sends the message by which the dead letter function calls onDead, sends the message
 * of the next job of an ordered batch, and puts the event on the bus. If this process dies before, the ticker does it,
 * except for events.
 *
 * @param job the job as it is after the end
 */
export async function afterEnd(
  services: EndServices,
  definition: Definition | undefined,
  job: Job,
): Promise<void> {
  const { queues, background, warn } = services;
  const { status, error } = job;
  if (status !== 'retrying') {
    services.measure(job.batch, { [status === 'completed' ? 'BatchesCompleted' : 'BatchesDead']: 1 });
  }
  if (status === 'failed' || status === 'dead') {
    const data = { status, error: error && `${error.name}: ${error.message}` };
    services.note({ ...aboutJob(job), level: 'error', message: 'a batch has failed for good', data });
  }
  const soon = (work: () => Promise<unknown>) =>
    background.soon('a job has ended; the ticker will do the rest', work, aboutJob(job));
  const endsTurn = definition?.ordered && status !== 'retrying';
  await Promise.all([
    job.onDeadPending !== undefined && soon(() => queues.sendDead(job.batch, { job: job.id, onDead: true })),
    endsTurn && soon(() => wakeNext(services, job)),
  ]);
  if (definition?.events) {
    await tell(services, job).catch(cause => warn('an event could not be sent', cause, aboutJob(job)));
  }
}

async function tell({ emit, deployment }: Pick<Services, 'deployment' | 'emit'>, job: Job): Promise<void> {
  const { status, statusChangedAt, runs, notBefore } = job;
  const run = runs.at(-1);
  const about = {
    deployment,
    batch: job.batch,
    at: new Date(statusChangedAt).toISOString(),
    job: job.id,
    ...(job.group !== undefined && { group: job.group }),
    attempt: job.attempts,
  };
  const items = job.items ?? job.count;
  if (status === 'completed') {
    const durationMs = statusChangedAt - (job.startedAt ?? statusChangedAt);
    return emit({ ...about, type: 'Cistern Batch Succeeded', items, durationMs });
  }
  const left = toJobInfo(job).counts.left ?? items;
  const failure: ErrorRecord = job.error ?? { name: 'Error', message: 'unknown' };
  // A succeeded attempt may end a job of which an earlier attempt has given up items.
  if (run !== undefined && run.outcome !== 'succeeded') {
    await emit({
      ...about,
      type: 'Cistern Attempt Failed',
      maxAttempts: job.maxAttempts ?? job.attempts,
      outcome: run.outcome,
      error: failure,
      left,
      ...(notBefore !== undefined && { nextAttemptAt: new Date(notBefore).toISOString() }),
    });
  }
  if (status !== 'failed' && status !== 'dead') return;
  await emit({ ...about, type: 'Cistern Batch Dead', status, items: left, error: failure });
}
