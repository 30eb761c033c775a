import type { JobInfo } from '../../definition/job-info.ts';
import * as ERROR_CODES from '../../error-codes.ts';
import { JobError } from '../../errors.ts';
import { lateImport } from '../../late-import.ts';
import { cut } from '../../text/cut.ts';
import type { Context } from './operation.ts';

const lateFindJobs = lateImport(() => import('../../jobs/find-jobs.ts'));
const lateJobInfo = lateImport(() => import('../../jobs/job-info.ts'));

/** Returns whether a text may be a job's id. Ids are UUIDs; other texts may not even be valid keys of the table. */
export const isJobId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/** Returns the job with an id, of any batch. @throws JobError `job.unknown` */
export async function jobInfo({ deployment }: Context, id: string): Promise<JobInfo> {
  if (!isJobId(id)) {
    throw new JobError(ERROR_CODES.jobUnknown, `There is no job ${JSON.stringify(cut(id, 100))}.`);
  }
  const [{ existingJob }, { toJobInfo }] = await Promise.all([lateFindJobs(), lateJobInfo()]);
  return toJobInfo(await existingJob(deployment.services, id));
}
