import pLimit from 'p-limit';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import { JOB_LISTS } from '../store/job-ports.ts';
import type { Services } from '../store/services.ts';
import { existingJob } from './existing-job.ts';

/** Jobs of each list that are looked through. */
const LOOKED_THROUGH = 2_000;
/** The beginning of a job's id. Shorter ones would be those of too many jobs. */
const BEGINNING = /^[0-9a-f][0-9a-f-]{3,34}$/;
/** Batches that are looked through at the same time. */
const PARALLEL_BATCHES = 4;

/**
 * Reads a job by its id, or by the beginning of it that no other job has. For a beginning it looks through the ids of
 * the latest 2,000 jobs in each list of each batch.
 *
 * @throws JobError `job.unknown`; `job.ambiguous` when several jobs have ids that begin so
 */
export async function jobOfShortId(
  services: Pick<Services, 'store'>,
  batches: readonly string[],
  given: string,
): Promise<Job> {
  const beginning = given.toLowerCase();
  const exact = await services.store.jobs.readJob(given);
  if (exact || !BEGINNING.test(beginning)) return exact ?? existingJob(services, given);
  const limit = pLimit(PARALLEL_BATCHES);
  const found = await Promise.all(
    batches.map(batch => limit(() => idsThatBegin(services, batch, beginning))),
  );
  const ids = [...new Set(found.flat())];
  if (ids.length > 1) {
    throw new JobError(
      ERROR_CODES.jobAmbiguous,
      `${ids.length} jobs have ids that begin with ${beginning}: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}. Give more of the id.`,
      { details: { jobs: ids.slice(0, 5) } },
    );
  }
  return existingJob(services, ids[0] ?? given);
}

async function idsThatBegin(
  { store }: Pick<Services, 'store'>,
  batch: string,
  beginning: string,
): Promise<string[]> {
  const ids = await Promise.all(
    JOB_LISTS.map(async list => {
      const page = await store.jobs.list(batch, list, LOOKED_THROUGH);
      return page.map(({ id }) => id).filter(id => id.startsWith(beginning));
    }),
  );
  return ids.flat();
}
