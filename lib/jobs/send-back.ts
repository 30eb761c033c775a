import type { Definition } from '../definition/options.ts';
import { holdsJobs } from '../store/control.ts';
import type { Job } from '../store/job.ts';
import { JOB_LISTS } from '../store/job-ports.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { CloseServices, Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { closeJob } from './close-job.ts';
import type { DeliveryResult } from './delivery.ts';
import { park } from './park.ts';
import { fromErrorRecord } from './to-error.ts';

/** A job that no consumer claims ends when SQS has given up its message so often, over at least so long. */
const UNCLAIMED = { times: 3, ms: 86_400_000 };
/** Jobs of each list that are read to see whether consumers work. */
const LOOKED_AT = 50;

/**
 * Sends a job back to its queue whose message SQS has given up although an attempt is left. It was throttled, it
 * waited for a permit, or its process died before the claim. A job that no consumer claims for a day ends as failed:
 * the consumer cannot start, for example because its module throws when it is imported.
 *
 * @param job the job's record. The job has not ended, and no run holds it
 */
export async function sendBack(
  services: CloseServices & Pick<Services, 'controlOf'>,
  definition: Definition,
  job: Job,
  message: JobMessage,
): Promise<DeliveryResult> {
  const { store, queues, clock, warn, measure } = services;
  const { id, batch, unclaimed } = job;
  const now = clock.now();
  if (holdsJobs(await services.controlOf(batch))) return park(services, batch, { message });
  const isDue = (job.notBefore ?? now) <= now;
  if (isDue && !(await takesJobsUp(services, job, unclaimed?.since ?? job.statusChangedAt))) {
    const { count, since } = (await store.jobs.countUnclaimed(id, now)) ?? { count: 0, since: now };
    // Another process has just claimed or ended it.
    if (count === 0) return 'done';
    measure(batch, { BatchesUnclaimed: 1 });
    const error = unclaimedError(count);
    warn('no consumer has taken a batch up', error, aboutJob(job));
    if (count >= UNCLAIMED.times && now - since >= UNCLAIMED.ms) {
      return (await closeJob(services, definition, job, { how: 'unclaimed', error }, message))
        ? 'done'
        : 'again';
    }
  } else if (unclaimed) {
    await store.jobs.countUnclaimed(id, now, now);
  }
  await queues.sendJob(batch, message, job.group);
  return 'done';
}

/** Says whether consumers of the batch have begun any job since then. If so, this job only waits for a permit. */
async function takesJobsUp(
  { store }: Pick<Services, 'store'>,
  { batch }: Job,
  since: number,
): Promise<boolean> {
  const lists = await Promise.all([
    ...JOB_LISTS.map(list => store.jobs.list(batch, list, LOOKED_AT)),
    store.jobs.openFrom(batch, LOOKED_AT),
  ]);
  const jobs = await store.jobs.readJobs(lists.flat().map(({ id }) => id));
  return jobs.some(({ startedAt = 0 }) => startedAt >= since);
}

const unclaimedError = (count: number): Error =>
  fromErrorRecord({
    name: 'UnclaimedError',
    message: `no consumer has taken the batch up, though its message was received until SQS gave it up ${count} times. Look at the log of the batch’s consumer function: does it throw as it is loaded, or is it throttled?`,
  });
