import type { JobInfo } from '../../definition/job-info.ts';
import * as ERROR_CODES from '../../error-codes.ts';
import { JobError } from '../../errors.ts';
import { lateImport } from '../../late-import.ts';
import { cut } from '../../text/cut.ts';
import type { Context } from './operation.ts';

const lateJobOfShortId = lateImport(() => import('../../jobs/job-of-short-id.ts'));
const lateJobInfo = lateImport(() => import('../../jobs/job-info.ts'));

/** Returns whether a text may be a job's id. Ids are UUIDs; other texts may not even be valid keys of the table. */
export const isJobId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/**
 * Returns the job with an id, of any batch. The beginning of an id does, where no other job's id begins so.
 *
 * @throws JobError `job.unknown`, `job.ambiguous`
 */
export async function jobById({ deployment, definitions }: Context, id: string): Promise<JobInfo> {
  if (!isJobId(id)) {
    throw new JobError(ERROR_CODES.jobUnknown, `There is no job ${JSON.stringify(cut(id, 100))}.`);
  }
  const [{ jobOfShortId }, { toJobInfo }] = await Promise.all([lateJobOfShortId(), lateJobInfo()]);
  const batches = definitions.map(({ name }) => name);
  return toJobInfo(await jobOfShortId(deployment.services, batches, id));
}
