import type { Definition } from '../definition/options.ts';
import { isEnded, type Job } from '../store/records.ts';
import type { ItemServices } from '../store/services.ts';
import { hasBit } from './bits.ts';
import { existingJob } from './find-jobs.ts';
import { handlerItems } from './job-items.ts';

/** An item of a job, and what has become of it. */
export interface JobItem<T = unknown> {
  /** Its number in the job. */
  readonly index: number;
  /** `pending`: to be handled yet, or again. `done`: settled. `dead`: given up, for as long as nobody redrives it. */
  readonly state: 'pending' | 'done' | 'dead';
  readonly item: T;
}

/**
 * A job's items, as its handler gets them. Those of a batch with `persist: false` can be read once it has failed
 * for good; until then they are in its message alone.
 *
 * @throws JobError `job.unknown`
 */
export async function listItems(
  services: ItemServices,
  definition: Pick<Definition, 'name'>,
  id: string,
): Promise<JobItem[]> {
  const job = await existingJob(services, id, definition.name);
  const stored = !job.inline || job.status === 'parked' || (isEnded(job) && job.status !== 'completed');
  // reading a window closes its gaps for ever, which must not happen to one that is to be stored yet
  if (!stored) return [];
  const items = await handlerItems(services, job);
  return items.map(({ number, item }) => ({ index: number, state: stateOf(job, number), item }));
}

/** What has become of the item with a number. */
export function stateOf(job: Job, number: number): JobItem['state'] {
  if (job.status === 'completed') return 'done';
  if (job.lost && hasBit(job.lost, number)) return 'dead';
  if (job.left && !hasBit(job.left, number)) return 'done';
  return isEnded(job) ? 'dead' : 'pending';
}
