import type { Definition } from '../definition/options.ts';
import type { NewJob } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import type { CloseServices } from '../store/services.ts';
import { closeJob } from './close-job.ts';
import { JOB_RESEND_AFTER_MS } from './resend-backoff.ts';

/**
 * Ends a job without a record whose message or items can never be read. It makes a record that says why. Hooks, events
 * and metrics tell of it as of every failed job.
 *
 * @param job the fields of the record
 */
export async function failUnread(
  services: CloseServices,
  definition: Definition | undefined,
  job: NewJob,
  error: Error,
  message?: JobMessage,
): Promise<void> {
  const { store, clock } = services;
  await store.jobs.putJob(job, clock.now() + JOB_RESEND_AFTER_MS);
  const stored = await store.jobs.readJob(job.id);
  if (stored) await closeJob(services, definition, stored, { how: 'unreadable', error }, message);
}
