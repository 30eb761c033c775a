import { addressed } from '#lib/store/message-body';
import type { Queues } from '#lib/store/queue-ports';
import type { Process } from './process.ts';
import type { Queue } from './queue.ts';
import type { World } from './world.ts';

/** All queues of the deployment. */
export interface QueueSet {
  readonly timer: Queue;
  readonly dead: Queue;
  /** By batch: those of a pool have the same. */
  readonly jobs: ReadonlyMap<string, { readonly queue: Queue; readonly pool: string | undefined }>;
}

/** The queues as a process reaches them. */
export function queuesOf(world: World, { timer, jobs, dead }: QueueSet, process: Process): Queues {
  const jobsOf = (batch: string) => {
    const found = jobs.get(batch);
    if (found === undefined) throw new Error(`There is no queue for ${batch}.`);
    return found;
  };
  const all: Queues = {
    async sendJob(batch, message) {
      const { queue, pool } = jobsOf(batch);
      queue.send(JSON.stringify(addressed(message, batch, pool)));
    },
    async sendDead(_batch, message) {
      dead.send(JSON.stringify(message));
    },
    async sendTimer(message, delaySeconds) {
      timer.send(JSON.stringify(message), delaySeconds);
    },
    async setVisibility(queue, batch, receiptHandle, seconds) {
      const of = queue === 'jobs' ? jobsOf(batch).queue : dead;
      of.setVisibility(receiptHandle, seconds);
    },
  };
  return world.remote(all, process, 'queues', () => 0);
}
