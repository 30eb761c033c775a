import type { EndedJob } from '../definition/context.ts';
import type { Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { toJobInfo } from './job-info.ts';

/** A job as hooks get it, with the items that it is about. */
export const toEndedJob = (job: Job, items: readonly unknown[]): EndedJob<unknown> => ({
  ...toJobInfo(job),
  items,
});

/** Calls a hook that has no say in the job's fate: what it throws is logged and counted. */
export async function callHook(
  { store, warn }: Services,
  job: string,
  name: string,
  call: () => unknown,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    warn(`${name} threw`, error, { job });
    await store.jobs
      .countHookError(job)
      .catch(cause => warn(`that ${name} threw could not be counted`, cause, { job }));
  }
}
