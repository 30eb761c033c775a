import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import { seal } from '#lib/buffer/seal';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const MAX_SIZE = 2;
const CLEAR_MS = 200;
/** A sealer that goes on clears its markers so much later. */
const BUSY_ROUND_MS = 50;

test.each([
  ['a writer', true, 1, CLEAR_MS],
  ['another process', false, 3, 3 * CLEAR_MS + 2 * BUSY_ROUND_MS],
])(
  '%s whose head becomes full again and again hands it over to a timer that fires at once',
  async (_, isWriter, windows, tookMs) => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock.now);
    const queues = new MemoryQueues();
    const definition = batch<number>({
      name: 'busy',
      maxSize: MAX_SIZE,
      maxWaitMs: 3_600_000,
      handler: () => {},
    }) as unknown as Definition;
    const { services } = new Deployment(
      { deployment: 'busy', queueUrlBase: 'http://127.0.0.1/' },
      { services: { store, queues, clock, warn: () => {} } },
    ).know([definition]);
    const buffer = { batch: 'busy', group: undefined, shard: 0 };
    const fill = (by: string) =>
      store.heads.reserve(buffer, MAX_SIZE, 0, {
        cap: MAX_SIZE,
        waitMs: 3_600_000,
        now: clock.now(),
        by,
        ordered: false,
      });
    const clear = store.seals.clearMarkers.bind(store.seals);
    let [isBusy, others] = [true, 0];
    store.seals.clearMarkers = async (...given) => {
      if (isBusy) await fill(`another ${others++}`);
      await clock.sleep(CLEAR_MS);
      return clear(...given);
    };

    const began = clock.now();
    const sealed = await clock.until(seal(services, buffer, await fill('first'), { isWriter }));
    expect(clock.now() - began).toBe(tookMs);
    expect(sealed).toHaveLength(windows);
    const handedOver = queues.timers.at(-1);
    expect(handedOver).toMatchObject({ delaySeconds: 0, message: { fireAt: clock.now() } });

    isBusy = false;
    if (handedOver) await clock.until(fireTimer(services, handedOver.message));
    expect((await store.heads.readHead(buffer))?.open).toBeUndefined();
    expect([...store.allJobs().values()].map(({ count }) => count)).toEqual(
      Array.from({ length: others + 1 }, () => MAX_SIZE),
    );
  },
);
