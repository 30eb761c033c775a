import { CLOCKS_APART_MS } from '../buffer/is-astray.ts';
import { resendBackoffMs } from '../jobs/resend-backoff.ts';
import { holdsJobs } from '../store/control.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import type { Look } from './look.ts';
import { recovered } from './repair-buffer.ts';

/**
 * Sends a job again that has not ended and whose record has not changed for long, since its message may have been
 * lost. A run that is alive renews its lock, and its job is left alone.
 */
export async function repairJob(
  services: Pick<Services, 'store' | 'queues' | 'clock' | 'measure'>,
  job: Job,
  look: Look,
): Promise<void> {
  const { store, queues, clock } = services;
  const { id, batch, resends } = job;
  if (isEnded(job)) return repairOnDead(services, job, look);
  const resendAt = leftAloneUntil(job, clock.now()) + resendBackoffMs(resends);
  if (resendAt > clock.now() && !look.queuesLost) return store.jobs.lookAgain(id, resendAt, false);
  if (job.status === 'parked' && holdsJobs(await look.controlOf(batch))) {
    // `resume` sends the job by itself, so that the ticker may look again late.
    return store.jobs.lookAgain(id, clock.now() + resendBackoffMs(resends + 1), true);
  }
  await queues.sendJob(batch, { job: id }, job.group);
  await resent(services, job, look);
}

/** Sends a dead job's message for `onDead` again. The process that ended the job may have died before it had sent it. */
async function repairOnDead(
  services: Pick<Services, 'store' | 'queues' | 'clock' | 'measure'>,
  job: Job,
  look: Look,
): Promise<void> {
  const { store, queues, clock } = services;
  const resendAt = leftAloneUntil(job, clock.now());
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

/** Computes until when a job needs no message. A change in the future was written by a wrong clock, and does not count. */
const leftAloneUntil = ({ statusChangedAt, lockedUntil = 0, notBefore = 0 }: Job, now: number): number =>
  Math.max(statusChangedAt > now + CLOCKS_APART_MS ? 0 : statusChangedAt, lockedUntil, notBefore);
