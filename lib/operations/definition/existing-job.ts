import type { JobInfo } from '../../definition/job-info.ts';
import * as ERROR_CODES from '../../error-codes.ts';
import { JobError } from '../../errors.ts';
import { lateImport } from '../../late-import.ts';
import { cut } from '../../text/cut.ts';
import type { Context } from './operation.ts';

const lateFindJobs = lateImport(() => import('../../jobs/find-jobs.ts'));
const lateJobInfo = lateImport(() => import('../../jobs/job-info.ts'));

/** Job ids are UUIDs; what is none is no key of the table either. */
export const isJobId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/** The job of an id, whatever batch it is of. @throws JobError `job.unknown` */
export async function jobInfo({ deployment }: Context, id: string): Promise<JobInfo> {
  if (!isJobId(id)) {
    throw new JobError(ERROR_CODES.jobUnknown, `There is no job ${JSON.stringify(cut(id, 100))}.`);
  }
  const [{ existingJob }, { toJobInfo }] = await Promise.all([lateFindJobs(), lateJobInfo()]);
  return toJobInfo(await existingJob(deployment.services, id));
}
