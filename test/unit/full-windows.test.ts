import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { Store } from '#lib/store/ports';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

const CALL_MS = 5;
/** Of the help of a writer behind a full window, with the requests around it. */
const HELPS_WITHIN_MS = 200;
const never = () => new Promise<never>(() => {});

/** A store, and processes that add to it. Each may reach a store whose seals are its own. */
function stage(maxSize: number, callMs = CALL_MS) {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock.now);
  const queues = new MemoryQueues();
  const definition = batch<number>({
    name: 'full',
    maxSize,
    maxWaitMs: 3_600_000,
    handler: () => {},
  }) as unknown as Definition;
  const process = (seals: Store['seals'] = store.seals) => {
    const reached = Object.assign(Object.create(store), { seals });
    const services = {
      store: slow<Store>(reached, clock, callMs),
      queues,
      clock,
      warn: () => {},
    };
    const deployment = new Deployment(
      { deployment: 'full', queueUrlBase: 'http://127.0.0.1/' },
      { services },
    ).know([definition]);
    return {
      add: (...items: number[]) => deployment.add(definition, items),
      /** Handles the timers that are due, and those that these send. */
      fireTimers: async () => {
        const isDue = ({ message }: (typeof queues.timers)[number]) => message.fireAt <= clock.now();
        for (let timer = queues.timers.find(isDue); timer; timer = queues.timers.find(isDue)) {
          queues.delete(timer);
          await fireTimer(deployment.services, timer.message);
        }
      },
    };
  };
  /** The seals of a process that dies before its update is sent. */
  const dying = Object.assign(Object.create(store.seals), { sealOpen: never, sealFull: never });
  return { clock, store, process, dying };
}

test.each([1, 2, 5])(
  'a full window whose writer has died is sealed by the next add, of %i slots',
  async maxSize => {
    const { clock, store, process, dying } = stage(maxSize);
    const living = process();
    for (let item = 1; item < maxSize; item++) await clock.until(living.add(item));
    await clock.until(process(dying).add(maxSize));
    expect(store.allJobs().size).toBe(0);

    const begun = clock.now();
    await clock.until(living.add(maxSize + 1));
    await clock.until(clock.sleep(HELPS_WITHIN_MS));
    expect(clock.now() - begun).toBeLessThan(1_000);
    expect([...store.allJobs().values()].map(({ count }) => count)).toContain(maxSize);
  },
);

test.each([1, 2, 5])(
  'a window of %i slots that is filled while another sealer is at work is sealed though that sealer has died',
  async maxSize => {
    const { clock, store, process } = stage(maxSize);
    const living = process();
    const dying = process({
      sealOpen: (...given) => store.seals.sealOpen(...given),
      sealFull: (...given) => store.seals.sealFull(...given),
      clearMarkers: never,
    });
    for (let item = 1; item < maxSize; item++) await clock.until(living.add(item));
    await clock.until(dying.add(maxSize));
    await clock.until(clock.sleep(HELPS_WITHIN_MS));
    expect(store.allJobs().size).toBe(1);

    for (let item = 1; item <= maxSize; item++) await clock.until(living.add(maxSize + item));
    await clock.until(clock.sleep(HELPS_WITHIN_MS));
    expect([...store.allJobs().values()].map(({ count }) => count)).toEqual([maxSize, maxSize]);
  },
);

// Markers count for five seconds as those of a sealer that is at work.
test.each([
  [7, 0],
  [8, 5_000],
  [9, 5_000],
])(
  'though a sealer has died with up to eight of %i full windows to publish, adds seal windows %i ms later',
  async (windows, laterMs) => {
    const { clock, store, process } = stage(2);
    const dying = process({
      sealOpen: (...given) => store.seals.sealOpen(...given),
      sealFull: (...given) => store.seals.sealFull(...given),
      clearMarkers: never,
    });
    const living = process();
    await clock.until(dying.add(...Array.from({ length: 2 * windows + 1 }, (_, item) => item)));
    await clock.until(clock.sleep(HELPS_WITHIN_MS));
    await clock.until(clock.sleep(laterMs));
    const sealed = store.allJobs().size;
    for (let item = 0; item < 4; item++) {
      await clock.until(living.add(100 + item));
      await clock.until(clock.sleep(HELPS_WITHIN_MS));
    }
    const slots = [...store.allJobs().values()].reduce((sum, { count }) => sum + count, 0);
    expect(store.allJobs().size).toBeGreaterThanOrEqual(sealed + 2);
    expect(slots).toBeGreaterThanOrEqual(2 * windows + 4);
  },
);

test('of a busy head one sealer seals windows that several writers have filled, with two updates for all', async () => {
  const maxSize = 10;
  const { clock, store, process } = stage(maxSize);
  let sent = 0;
  const counted =
    (name: 'sealOpen' | 'sealFull' | 'clearMarkers') =>
    (...given: never[]) => {
      sent += 1;
      return (store.seals[name] as (...args: never[]) => Promise<unknown>)(...given);
    };
  const seals = Object.assign(Object.create(store.seals), {
    sealOpen: counted('sealOpen'),
    sealFull: counted('sealFull'),
    clearMarkers: counted('clearMarkers'),
  });
  const items = 200;
  const added = Array.from({ length: items }, async (_, item) => {
    await clock.sleep(item);
    await process(seals).add(item);
  });
  await clock.until(Promise.all(added));
  await clock.until(clock.sleep(HELPS_WITHIN_MS));
  const windows = [...store.allJobs().values()].filter(({ count }) => count === maxSize).length;
  expect(windows).toBe(items / maxSize);
  expect(sent / windows).toBeLessThan(1.5);
});

test.each([
  [1, 200],
  [2, 300],
  [3, 432],
  [5, 770],
])(
  'after a burst of adds no window of %i slots is left full: a sealer that stops hands over to a timer',
  async (maxSize, adds) => {
    const { clock, store, process } = stage(maxSize, 12);
    const processes = Array.from({ length: 30 }, () => process());
    const added: Promise<unknown>[] = [];
    // four adds a millisecond, so that windows become full while a sealer is at the windows before
    for (let item = 0; item < adds; item++) {
      const { add } = processes[item % processes.length] ?? process();
      added.push(add(item));
      if (item % 4 === 0) await clock.until(clock.sleep(1));
    }
    await clock.until(Promise.all(added));
    await clock.until(clock.sleep(2_000));
    await clock.until(process().fireTimers());
    const slots = [...store.allJobs().values()].reduce((sum, { count }) => sum + count, 0);
    expect(slots).toBeGreaterThan(adds - maxSize);
  },
);
