import type { Queues } from '#lib/store/queue-ports';
import type { Process } from './process.ts';
import type { Queue } from './queue.ts';
import type { World } from './world.ts';

/** All queues of the deployment. */
export interface QueueSet {
  readonly timer: Queue;
  readonly jobs: ReadonlyMap<string, Queue>;
  readonly dead: ReadonlyMap<string, Queue>;
}

/** The queues as a process reaches them. */
export function queuesOf(world: World, { timer, jobs, dead }: QueueSet, process: Process): Queues {
  const named = (queues: ReadonlyMap<string, Queue>, batch: string): Queue => {
    const queue = queues.get(batch);
    if (queue === undefined) throw new Error(`There is no queue for ${batch}.`);
    return queue;
  };
  const all: Queues = {
    async sendJob(batch, message) {
      named(jobs, batch).send(JSON.stringify(message));
    },
    async sendDead(batch, message) {
      named(dead, batch).send(JSON.stringify(message));
    },
    async sendTimer(message, delaySeconds) {
      timer.send(JSON.stringify(message), delaySeconds);
    },
    async setVisibility(queue, batch, receiptHandle, seconds) {
      named(queue === 'jobs' ? jobs : dead, batch).setVisibility(receiptHandle, seconds);
    },
  };
  return world.remote(all, process, 'queues', () => 0);
}
