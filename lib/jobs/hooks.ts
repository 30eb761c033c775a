import type { EndedJob } from '../definition/context.ts';
import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { toJobInfo } from './job-info.ts';
import { asError } from './to-error.ts';

/** Makes a job as hooks get it, with the items that the hook is about, in a frozen copy of the array. */
export const toEndedJob = (job: Job, items: readonly unknown[]): EndedJob<unknown> => ({
  ...toJobInfo(job),
  items: Object.freeze([...items]),
});

/** Calls a hook that cannot change the job's end. What it throws is logged and counted. */
export async function callHook(
  { store, warn }: Pick<Services, 'store' | 'warn'>,
  job: string,
  name: string,
  call: () => unknown,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    warn(`${name} threw`, asError(error), { job });
    await store.jobs
      .countHookError(job)
      .catch(cause => warn(`that ${name} threw could not be counted`, cause, { job }));
  }
}
