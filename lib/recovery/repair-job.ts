import { resendBackoffMs } from '../jobs/resend-backoff.ts';
import { holdsJobs, isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import type { Look } from './look.ts';
import { recovered } from './repair-buffer.ts';

/** Further ahead than clocks that follow the store's time are apart. */
const CLOCKS_APART_MS = 10_000;

/**
 * The stall detector: a job that is neither finished nor was heard of for long is sent again, since its message
 * may have been lost. A run that is alive renews its lock, and is left alone.
 */
export async function repairJob(
  services: Pick<Services, 'store' | 'queues' | 'clock' | 'measure'>,
  job: Job,
  look: Look,
): Promise<void> {
  const { store, queues, clock } = services;
  const { id, batch, resends } = job;
  if (isEnded(job)) return repairOnDead(services, job, look);
  const resendAt = heardUntil(job, clock.now()) + resendBackoffMs(resends);
  if (resendAt > clock.now() && !look.queuesLost) return store.jobs.lookAgain(id, resendAt, false);
  if (job.status === 'parked' && holdsJobs(await look.controlOf(batch))) {
    // resume sends it, whenever it is looked at again
    return store.jobs.lookAgain(id, clock.now() + resendBackoffMs(resends + 1), true);
  }
  await queues.sendJob(batch, { job: id }, job.group);
  await resent(services, job, look);
}

/** A dead job is in the index for as long as its onDead is owed: whoever ended it may have died before saying so. */
async function repairOnDead(
  services: Pick<Services, 'store' | 'queues' | 'clock' | 'measure'>,
  job: Job,
  look: Look,
): Promise<void> {
  const { store, queues, clock } = services;
  const resendAt = heardUntil(job, clock.now());
  if (resendAt > clock.now() && !look.queuesLost) {
    return store.jobs.lookAgain(job.id, resendAt, false);
  }
  await queues.sendDead(job.batch, { job: job.id, onDead: true });
  await resent(services, job, look);
}

async function resent(
  services: Pick<Services, 'store' | 'clock' | 'measure'>,
  { id, batch, resends }: Job,
  { report }: Look,
): Promise<void> {
  report.resent += 1;
  recovered(services, batch, 1);
  await services.store.jobs.lookAgain(id, services.clock.now() + resendBackoffMs(resends + 1), true);
}

/** A time of the future at which a job was heard of is a clock's that was ahead: it is not waited for. */
const heardUntil = ({ statusChangedAt, lockedUntil = 0, notBefore = 0 }: Job, now: number): number =>
  Math.max(statusChangedAt > now + CLOCKS_APART_MS ? 0 : statusChangedAt, lockedUntil, notBefore);
