import type { JobItemError } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { ItemServices } from '../store/services.ts';
import { hasBit } from './bits.ts';
import { existingJob } from './existing-job.ts';
import { itemErrorsOf } from './item-errors.ts';
import { handlerItems } from './job-items.ts';

/** An item of a job, with its state. */
export interface JobItem<T = unknown> {
  /** Its number in the job. */
  readonly index: number;
  /**
   * `pending`: it is to be tried, or tried again. `done`: a handler has settled it. `dead`: it was given up; a redrive
   * runs it.
   */
  readonly state: 'pending' | 'done' | 'dead';
  readonly item: T;
  /**
   * Why it failed in the latest attempt that tried it. Absent for an item that is done or has not failed, and where the
   * error did not fit into the job's record (`itemErrorsLeftOut`).
   */
  readonly error?: JobItemError;
}

/**
 * Reads a job's items, as its handler gets them. The items of a batch with `persist: false` can be read once the job
 * has been parked or has failed for good. Until then only its message has them.
 *
 * @throws JobError `job.unknown`
 */
export async function listItems(
  services: ItemServices,
  definition: Pick<Definition, 'name'>,
  id: string,
): Promise<JobItem[]> {
  const job = await existingJob(services, id, definition.name);
  const stored = !job.inline || (isEnded(job) && job.status !== 'completed');
  // Reading a window fences its gaps for ever, which must not happen before its items are stored.
  if (!stored) return [];
  const items = await handlerItems(services, job);
  const errors = itemErrorsOf(job);
  return items.map(({ number, item }) => {
    const state = stateOf(job, number);
    const error = state === 'done' ? undefined : errors.get(number);
    return { index: number, state, item, ...(error && { error }) };
  });
}

/** Computes the state of the item with this number. */
export function stateOf(job: Job, number: number): JobItem['state'] {
  if (job.status === 'completed') return 'done';
  if (job.lost && hasBit(job.lost, number)) return 'dead';
  if (job.left && !hasBit(job.left, number)) return 'done';
  return isEnded(job) ? 'dead' : 'pending';
}
