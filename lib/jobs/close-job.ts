import type { Definition } from '../definition/options.ts';
import type { Job } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { CloseServices } from '../store/services.ts';
import { afterEnd } from './after-end.ts';
import { applyEnd, type EndFacts, endOf } from './end-of.ts';
import { callHook, toEndedJob } from './hooks.ts';
import { handlerItems, unsettled } from './job-items.ts';
import { keepItems, storeForEnd } from './keep-items.ts';

/**
 * Ends a job that no run can end. Either its attempts are used up and the last one's end is unknown, since its process
 * died or its handler never returned; or no consumer claims it; or its items cannot be read.
 *
 * @param message the job's message, which may be the only place of its items
 * @returns false when another process runs the job or has ended it
 */
export async function closeJob(
  services: CloseServices,
  definition: Definition | undefined,
  job: Job,
  facts: EndFacts,
  message?: JobMessage,
): Promise<boolean> {
  const { clock, store, random } = services;
  const known = await storeForEnd(services, job, facts, message);
  const { end, error } = endOf(job, known, definition, clock.now(), random());
  if (end.keepMs !== undefined) await keepItems(services, job, end.now + end.keepMs);
  if (!(await store.jobs.close(job.id, services.newId(), end))) return false;
  const ended = applyEnd(job, end);
  await afterEnd(services, definition, ended);
  const onFail = definition?.hooks.onFail;
  const isTold = end.runs.at(-1) === job.runs.at(-1);
  if (onFail && error && !isTold) {
    await callHook(services, job.id, 'onFail', async () => {
      const items = unsettled(job, await handlerItems(services, job));
      return onFail(
        toEndedJob(
          ended,
          items.map(({ item }) => item),
        ),
        error,
      );
    });
  }
  return true;
}
