import { Deployment } from '#lib/deployment/deployment';
import type { Services } from '#lib/store/services';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';
import { type TestClock, testClock } from './test-clock.ts';

/** A deployment in memory alone, with all that it is made of. */
export interface MemoryDeployment {
  readonly deployment: Deployment;
  readonly store: MemoryStore;
  readonly queues: MemoryQueues;
  readonly clock: TestClock;
}

export function memoryDeployment(
  change: Partial<Services> = {},
  clock: TestClock = testClock(),
): MemoryDeployment {
  const [store, queues] = [new MemoryStore(clock.now), new MemoryQueues()];
  const deployment = new Deployment(
    { deployment: 'memory', queueUrlBase: 'http://127.0.0.1/' },
    { services: { store, queues, clock, warn: () => {}, ...change } },
  );
  return { deployment, store, queues, clock };
}
