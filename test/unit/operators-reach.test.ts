import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import { sealBuffers } from '#lib/control/flush';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const MAX_SIZE = 2;

test.each([
  ['manual', undefined],
  ['drain', undefined],
  ['manual', { max: 1, duration: 60_000 }],
  ['drain', { max: 1, duration: 60_000 }],
] as const)(
  'a seal for the reason %s ends with the windows that it saw, while others become full, with the throttle %j',
  async (reason, throttle) => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock.now);
    const queues = new MemoryQueues();
    const definition = batch<number>({
      name: 'busy',
      maxSize: MAX_SIZE,
      maxWaitMs: 3_600_000,
      handler: () => {},
      ...(throttle && { throttle }),
    }) as unknown as Definition;
    const { services } = new Deployment(
      { deployment: 'busy', queueUrlBase: 'http://127.0.0.1/' },
      { services: { store, queues, clock, warn: () => {} } },
    ).know([definition]);
    const buffer = { batch: 'busy', group: undefined, shard: 0 };
    const take = (slots: number, by: string) =>
      store.heads.reserve(buffer, slots, 0, {
        cap: MAX_SIZE,
        waitMs: 3_600_000,
        now: clock.now(),
        by,
        ordered: false,
      });
    const clear = store.seals.clearMarkers.bind(store.seals);
    let others = 0;
    store.seals.clearMarkers = async (...given) => {
      if (others < 5) await take(MAX_SIZE, `another ${others++}`);
      return clear(...given);
    };
    await take(1, 'first');
    const { jobs } = await clock.until(
      sealBuffers(services, [buffer], reason, { isHeld: async () => false }),
    );
    expect(jobs).toHaveLength(1);
    expect([...store.allJobs().values()]).toMatchObject([{ reason, count: 1 }]);

    // The writers of the full window have left it to the sealer, which has left it to a timer or to the throttle's line.
    const [timer] = queues.timers;
    expect(timer?.message).toMatchObject({ window: 1 });
    if (timer && throttle === undefined) await clock.until(fireTimer(services, timer.message));
    expect(store.allJobs().size).toBe(throttle === undefined ? 1 + others : 1);
  },
);
