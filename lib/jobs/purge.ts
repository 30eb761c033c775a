import type { Services } from '../store/services.ts';
import { assertEnded, existingJob } from './existing-job.ts';

/**
 * Deletes an ended job's record and the content of its items.
 *
 * @param batch the batch that the job has to belong to
 * @throws JobError `job.unknown`, `job.not_ended`
 */
export async function purge(services: Pick<Services, 'store'>, batch: string, id: string): Promise<void> {
  const { jobs, retention } = services.store;
  const job = await existingJob(services, id, batch);
  assertEnded(job, 'purged');
  // If refused, the job has just been redriven. Otherwise redrives are refused from here on, so that no run meets
  // items that are being erased.
  if (!(await jobs.beginPurge(id))) return purge(services, batch, id);
  await retention.erase(id);
  if (job.prepared?.under !== undefined) await retention.erase(job.prepared.under);
  await jobs.purge(id);
}
