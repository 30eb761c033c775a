import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

/** A store that answers late. */
const CALL_MS = 50;
const GROUPS = 600;
/** Writes of adds that a process has under way; each is one request at a time. */
const AT_ONCE = 100;

test('adds to hundreds of groups at once end well on a slow store, and a bounded number is under way', async () => {
  const clock = new VirtualClock();
  const began = clock.now();
  const store = new MemoryStore(clock.now);
  let [underWay, most] = [0, 0];
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          underWay += 1;
          most = Math.max(most, underWay);
          try {
            return (await value.apply(object, given)) as unknown;
          } finally {
            underWay -= 1;
          }
        };
      },
    });
  const late = slow(store, clock, CALL_MS);
  const services = {
    store: Object.assign(store, { heads: counted(late.heads), windows: counted(late.windows) }),
    queues: slow(new MemoryQueues(), clock, CALL_MS),
    clock,
    warn: () => {},
  };
  const deployment = new Deployment(
    { deployment: 'groups', queueUrlBase: 'http://127.0.0.1/' },
    { services },
  );
  const definition = batch<{ readonly group: string }>({
    name: 'groups',
    maxSize: 10,
    maxWaitMs: 600_000,
    groupBy: ({ group }) => group,
    handler: () => {},
  }) as unknown as Definition;
  const adds = Array.from({ length: GROUPS }, (_, n) => deployment.add(definition, [{ group: `g${n}` }]));
  const receipts = await clock.until(Promise.all(adds));
  expect(new Set(receipts.map(([receipt]) => receipt?.job)).size).toBe(GROUPS);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  // a reservation and a chunk each, a hundred adds at a time
  expect(clock.now() - began).toBeLessThan((GROUPS / AT_ONCE) * 2 * CALL_MS + 5_000);
});
