import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch, type Receipt } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { Coalescer } from '#lib/producer/coalescer';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

/** How long each call of the store takes. */
const CALL_MS = 8;

interface Put {
  readonly at: number;
  readonly items: number;
}

/** A process on a store whose calls take a while, and what it wrote when. */
function stage(change: Partial<BatchOptions<string>> = {}) {
  const clock = new VirtualClock();
  const began = clock.now();
  const store = new MemoryStore(clock.now);
  const writes: Put[] = [];
  const { reserve } = store.heads;
  store.heads.reserve = (buffer, n, ...rest) => {
    writes.push({ at: clock.now() - began, items: n });
    return reserve.call(store.heads, buffer, n, ...rest);
  };
  const deployment = new Deployment(
    { deployment: 'lingering', queueUrlBase: 'http://127.0.0.1/' },
    { services: { store: slow(store, clock, CALL_MS), queues: new MemoryQueues(), clock, warn: () => {} } },
  );
  const definition = batch<string>({
    name: 'lingering',
    maxSize: 100,
    maxWaitMs: 60_000,
    lingerMs: 50,
    handler: () => {},
    ...change,
  }) as unknown as Definition;
  const told: { readonly at: number; readonly receipt: Receipt | undefined }[] = [];
  const add = async (...items: readonly string[]): Promise<void> => {
    const [receipt] = await deployment.add(definition, items);
    told.push({ at: clock.now() - began, receipt });
  };
  return { clock, store, deployment, definition, writes, told, add, now: () => clock.now() - began };
}

/** Adds so many items one by one, so many milliseconds apart. */
async function addEvery(
  { clock, add }: ReturnType<typeof stage>,
  count: number,
  everyMs: number,
): Promise<void> {
  const adding: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    adding.push(add(`item ${i}`));
    await clock.pass(everyMs);
  }
  await clock.until(Promise.all(adding));
}

describe('adds of one item with lingerMs', () => {
  test('that come within it are stored by one reservation and one chunk', async () => {
    const scene = stage();
    await addEvery(scene, 5, 5);
    expect(scene.writes.map(({ items }) => items)).toEqual([5]);
    const [{ receipt } = {}] = scene.told;
    expect(scene.told.map(each => each.receipt?.slot)).toEqual([0, 1, 2, 3, 4]);
    const records = await scene.store.windows.readSlots(receipt?.job ?? '', 0, 99);
    expect(records).toMatchObject([{ kind: 'chunk', slot: 0, slots: 5 }]);
  });

  test('are acknowledged when they are stored, and not before', async () => {
    const scene = stage();
    await scene.clock.until(scene.add('alone'));
    // a look for a pause, a reservation and a chunk
    expect(scene.told.map(({ at }) => at)).toEqual([50 + 3 * CALL_MS]);
  });

  test.each([
    [0, 2],
    [10, 1.2],
    [50, 0.4],
    [100, 0.2],
  ])('cost less at 100 a second: lingerMs %d, at most %d requests an item', async (lingerMs, atMost) => {
    const scene = stage({ maxSize: 10_000, lingerMs });
    await addEvery(scene, 500, 10);
    // each write is a reservation and a chunk
    expect((2 * scene.writes.length) / 500).toBeLessThanOrEqual(atMost);
    expect(scene.told).toHaveLength(500);
  });

  test('have writes of their own, also while others are under way', async () => {
    const scene = stage({ maxSize: 10_000, lingerMs: 20 });
    await addEvery(scene, 100, 2);
    const sizes = scene.writes.map(({ items }) => items);
    expect(sizes.reduce((sum, items) => sum + items, 0)).toBe(100);
    // the last write takes what is left
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(9);
  });

  test.each<[string, Partial<BatchOptions<string>>, readonly string[][]]>([
    ['a bulk comes', {}, [['a'], ['b', 'c']]],
    ['an item is urgent', { urgent: item => item === 'now' }, [['a'], ['now']]],
    ['the items fill a window', { maxSize: 3 }, [['a'], ['b'], ['c']]],
    ['nothing may wait', { lingerMs: 0 }, [['a']]],
  ])('are written at once where %s', async (_, change, calls) => {
    const scene = stage(change);
    await scene.clock.until(Promise.all(calls.map(items => scene.add(...items))));
    expect(scene.writes).toEqual([{ at: 1.5 * CALL_MS, items: calls.flat().length }]);
  });

  test('are written at once where they fill a chunk', async () => {
    const clock = new VirtualClock();
    const { definition } = stage();
    const writes: number[] = [];
    const coalescer = new Coalescer(async (_, __, items) => {
      writes.push(items.length);
      return { outcomes: new Map(), owed: [] };
    }, clock);
    const bounds = { maxSize: 100, maxWaitMs: 60_000 };
    const item = { index: 0, json: '', group: undefined, bounds };
    const buffer = { batch: 'lingering', group: undefined, shard: 0 };
    for (const bytes of [100, 399_000, 1_000, 100]) {
      void coalescer.add(definition, buffer, [{ ...item, bytes }]);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(writes).toEqual([3]);
    await clock.pass(50);
    expect(writes).toEqual([3, 1]);
  });

  test.each<[string, (deployment: Deployment) => Promise<void>]>([
    ['ends', deployment => deployment.close()],
    ['answers its invocation', deployment => deployment.settle()],
    ['sends what it holds', deployment => deployment.flushHeld()],
  ])('are stored at once when their process %s', async (_, end) => {
    const scene = stage({ lingerMs: 1_000 });
    const adding = scene.add('a');
    await scene.clock.pass(2 * CALL_MS);
    await scene.clock.until(end(scene.deployment));
    await scene.clock.until(adding);
    expect(scene.now()).toBeLessThan(100);
    expect(scene.told).toHaveLength(1);
  });
});
